"""The benchmarks themselves work: a small burst, judged by its counts and not by its speed."""

import json

from click.testing import CliRunner

from tests.benchmarks.__main__ import main


def test_clicks_counts_every_press_of_a_small_burst() -> None:
    arguments = [
        "clicks",
        "--json",
        "--engine",
        "sqlite",
        "--clicks",
        "60",
        "--seats",
        "20",
        "--naive-clicks",
        "5",
    ]

    result = CliRunner().invoke(main, arguments)

    figures = json.loads(result.output)
    speeds = {"p50_s", "p99_s", "per_s", "floor_per_s", "naive_per_s"}
    counts = {"engine": "sqlite", "clicks": 60, "seats": 20, "seated": 20, "waitlisted": 40, "lost": 0}
    assert counts == {key: value for key, value in figures.items() if key not in speeds}
    assert speeds == figures.keys() - counts.keys()
