"""The chaos run itself works: a short one, in which every count must be perfect."""

import json

import pytest
from click.testing import CliRunner

from tests.benchmarks.__main__ import main

PERFECT = {
    "lost": 0,
    "unasked": 0,
    "oversold": 0,
    "empty_seats": 0,
    "overtaken": 0,
    "sent_twice": 0,
    "stale_cards": 0,
    "died": 0,
    "ledger_matches": True,
}


@pytest.mark.timeout(150)  # real processes start again and again, and a lease must run out
def test_chaos_breaks_no_rule_while_processes_are_killed() -> None:
    arguments = ["chaos", "--json", "--seconds", "6", "--members", "60", "--per-second", "30"]
    arguments += ["--processes", "2", "--workers", "0", "--kill-every", "2", "--lease", "3", "--seed", "108"]

    result = CliRunner().invoke(main, arguments)

    figures = json.loads(result.stdout)
    assert (0, PERFECT) == (result.exit_code, {key: figures[key] for key in PERFECT}), result.stderr
    assert (2, 60, 3) == (figures["processes"], figures["members"], figures["kills"])
    assert figures["clicks"] > 0
    assert figures["messages"] > figures["seated"] > 0
