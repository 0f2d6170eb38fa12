"""How long a seat is held: the edges by name, and what holds for any moment."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.offering import AUTOMATIC_FROM, LONGEST, SHORTEST, hold_until
from bot.domain.zones import get_zone

STARTS = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)  # 16:00 in Berlin, two days before its clocks change
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # A quarter of eight hours.
        (datetime(2026, 3, 27, 7, 0, tzinfo=UTC), datetime(2026, 3, 27, 9, 0, tzinfo=UTC)),
        # A quarter of four days would be a day: twelve hours, and 20:00 in Berlin is no night.
        (datetime(2026, 3, 23, 7, 0, tzinfo=UTC), datetime(2026, 3, 23, 19, 0, tzinfo=UTC)),
        # Twelve hours end at 22:00 in Berlin, which is night: until eight the next morning.
        (datetime(2026, 3, 23, 9, 0, tzinfo=UTC), datetime(2026, 3, 24, 7, 0, tzinfo=UTC)),
        # One second before 22:00 is still the day.
        (datetime(2026, 3, 23, 8, 59, 59, tzinfo=UTC), datetime(2026, 3, 23, 20, 59, 59, tzinfo=UTC)),
        # Ends at 7:59 in Berlin: one more minute.
        (datetime(2026, 3, 23, 18, 59, tzinfo=UTC), datetime(2026, 3, 24, 7, 0, tzinfo=UTC)),
        # Ends at 8:00 in Berlin exactly.
        (datetime(2026, 3, 23, 19, 0, tzinfo=UTC), datetime(2026, 3, 24, 7, 0, tzinfo=UTC)),
        # Two hours and a second are left.
        (STARTS - timedelta(hours=2, seconds=1), STARTS - timedelta(hours=1, minutes=30, seconds=0.75)),
    ],
)
def test_a_hold_shrinks_as_the_talk_nears_and_spares_the_night(now: datetime, expected: datetime) -> None:
    assert expected == hold_until(now, STARTS, BERLIN)


@pytest.mark.parametrize(
    "left", [timedelta(hours=2), timedelta(minutes=1), timedelta(0), timedelta(hours=-1)]
)
def test_in_the_last_two_hours_nobody_is_asked(left: timedelta) -> None:
    assert hold_until(STARTS - left, STARTS, BERLIN) is None


def test_a_talk_before_the_morning_does_not_wait_for_it() -> None:
    starts = datetime(2026, 3, 27, 6, 30, tzinfo=UTC)  # 7:30 in Berlin
    now = starts - timedelta(hours=8)

    assert hold_until(now, starts, BERLIN) == now + timedelta(hours=2)


def test_a_talk_at_eight_sharp_does_not_wait_for_the_morning_either() -> None:
    starts = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
    now = starts - timedelta(hours=8)

    assert hold_until(now, starts, BERLIN) == now + timedelta(hours=2)


def test_the_morning_is_the_waiters_and_keeps_their_clock_over_a_change() -> None:
    starts = datetime(2026, 4, 10, 15, 0, tzinfo=UTC)
    now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # Saturday; Berlin's clocks go forward in the night

    assert hold_until(now, starts, BERLIN) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert hold_until(now, starts, "America/New_York") == now + LONGEST  # 20:00 there


@given(
    left=st.timedeltas(min_value=AUTOMATIC_FROM + timedelta(seconds=1), max_value=timedelta(days=60)),
    zone=st.sampled_from([BERLIN, "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns", "UTC"]),
)
def test_a_hold_ends_before_the_talk_and_by_day_unless_the_talk_is_nearer(left: timedelta, zone: str) -> None:
    now = STARTS - left

    until = hold_until(now, STARTS, zone)

    assert until is not None
    plain = max(SHORTEST, min(LONGEST, left / 4))
    assert now + plain <= until < STARTS
    local = until.astimezone(get_zone(zone)).time()
    assert until == now + plain or local == time(8)
    assert time(8) <= local < time(22) or until - now == plain
