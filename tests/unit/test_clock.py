"""The two kinds of time."""

from datetime import UTC, datetime, timedelta, timezone

from freezegun import freeze_time

from bot.clock import Clock
from tests.factories import NOW

HOUR = timedelta(hours=1)


class Ticks:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_without_an_anchor_it_starts_at_the_machines_time() -> None:
    with freeze_time("2020-08-07 01:00:00"):
        clock = Clock(monotonic=Ticks())

        assert clock.now() == clock.elapsed() == datetime(2020, 8, 7, 1, tzinfo=UTC)


def test_both_kinds_of_time_go_on_with_the_seconds_that_only_grow() -> None:
    ticks = Ticks()
    clock = Clock(monotonic=ticks, anchor=NOW)

    ticks.seconds += 90.5

    assert clock.now() == clock.elapsed() == NOW + timedelta(seconds=90.5)


def test_a_machine_whose_clock_is_set_back_changes_neither() -> None:
    ticks = Ticks()
    with freeze_time("2020-08-07 01:00:00"):
        clock = Clock(monotonic=ticks)
    ticks.seconds += 1

    with freeze_time("1999-12-31 00:00:00"):
        assert clock.now() == clock.elapsed() == datetime(2020, 8, 7, 1, 0, 1, tzinfo=UTC)


def test_moving_the_calendar_leaves_leases_and_budgets_alone() -> None:
    ticks = Ticks()
    clock = Clock(monotonic=ticks, anchor=NOW)

    clock.move_to(NOW + 200 * HOUR)
    ticks.seconds += 1

    assert clock.now() == NOW + 200 * HOUR + timedelta(seconds=1)
    assert clock.elapsed() == NOW + timedelta(seconds=1)


def test_the_calendar_can_be_moved_back() -> None:
    clock = Clock(monotonic=Ticks(), anchor=NOW)
    clock.move_to(NOW + HOUR)

    clock.move_to(NOW - HOUR)

    assert clock.now() == NOW - HOUR


def test_a_better_sources_time_is_kept_and_a_moved_calendar_stays_moved() -> None:
    clock = Clock(monotonic=Ticks(), anchor=NOW)
    clock.move_to(NOW + HOUR)

    clock.keep_step(NOW + timedelta(seconds=3))

    assert clock.elapsed() == NOW + timedelta(seconds=3)
    assert clock.now() == NOW + HOUR + timedelta(seconds=3)


def test_an_anchor_of_another_zone_is_told_in_utc() -> None:
    anchor = NOW.astimezone(timezone(timedelta(hours=10)))

    assert Clock(monotonic=Ticks(), anchor=anchor).now().isoformat() == "2020-07-29T00:00:00+00:00"
