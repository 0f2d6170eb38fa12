"""The benchmarks themselves work: a small burst, judged by its counts and not by its speed."""

import json
from typing import Any

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
        "--case",
        "one seminar",
        "--rounds",
        "1",
    ]

    result = CliRunner().invoke(main, arguments, catch_exceptions=False)

    figures = json.loads(result.output)
    speeds = {"p50_s", "p99_s", "per_s", "floor_per_s", "of_floor", "naive_per_s"}
    counts = {"engine": "sqlite", "case": "one seminar", "clicks": 60, "seats": 20, "seated": 20}
    counts |= {"waitlisted": 40, "lost": 0, "oversold": 0}
    assert counts == {key: value for key, value in figures.items() if key not in speeds}
    assert speeds == figures.keys() - counts.keys()


def measure_on_sqlite(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, [*arguments, "--json", "--engine", "sqlite"], catch_exceptions=False)
    figures: dict[str, Any] = json.loads(result.output)
    return figures


def test_reminders_sends_each_once_and_within_the_limits() -> None:
    small = ("--due", "80", "--workspaces", "3", "--opening-speed", "4", "--speed", "4")

    figures = measure_on_sqlite("reminders", *small)

    counts = {"due": 80, "workspaces": 3, "sent": 80, "sent_twice": 0, "ideal_s": 2.0}
    assert counts == {key: figures[key] for key in counts}
    assert figures["elapsed_s"] >= 2.0
    assert figures["rate_limited_share"] < 0.1
    assert {"elapsed_over_ideal", "worst_neighbour_delay_s"} <= figures.keys()


def test_idle_measures_ticks_and_a_bot_that_took_a_burst() -> None:
    small = ("--stored", "150", "--clicks", "20", "--seconds", "0.5", "--starts", "1", "--ticks", "5")

    figures = measure_on_sqlite("idle", *small)

    assert {"stored": 150, "clicks": 20, "acknowledged": 20} == {
        key: figures[key] for key in ("stored", "clicks", "acknowledged")
    }
    assert figures["rss_peak_mib"] >= figures["rss_mib"] > 0
    assert {"tick_ratio", "idle_cpu_s_per_hour", "ready_s", "import_s"} <= figures.keys()


def test_card_is_redrawn_calmly_and_ends_with_the_final_count() -> None:
    figures = measure_on_sqlite("card", "--presses", "30", "--seconds", "0.5")

    counts = {"presses": 30, "acknowledged": 30, "last_is_final": True, "refused": 0}
    assert counts == {key: figures[key] for key in counts}
    assert 1 <= figures["updates"] <= 3
    assert {"updates_per_s", "final_after_s"} <= figures.keys()
