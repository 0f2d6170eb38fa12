"""Reminders and wall-clock time, in every zone and on the nights that clocks change."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.registering import State
from bot.domain.reminding import (
    REMINDER_CHOICES,
    DueReminder,
    MomentKind,
    Skip,
    choose_reminders,
    decide_reminder,
    plan_moments,
)
from bot.domain.zones import get_zone, instant_of, is_doubled, is_missing, known_zones
from tests.factories import make_seminar

ZONES = st.sampled_from(sorted(known_zones()))
WALL_CLOCKS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001 - wall clocks
    lambda local: local.replace(second=0, microsecond=0, fold=0)
)
OFFSETS = st.lists(st.sampled_from(REMINDER_CHOICES), unique=True).map(tuple)
# The nights of Berlin, New York, Lord Howe (half an hour) and Sydney, when clocks go forward.
GAPS = [
    ("Europe/Berlin", datetime(2026, 3, 29, 2, 30)),  # noqa: DTZ001
    ("America/New_York", datetime(2026, 3, 8, 2, 30)),  # noqa: DTZ001
    ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15)),  # noqa: DTZ001
    ("Australia/Sydney", datetime(2026, 10, 4, 2, 30)),  # noqa: DTZ001
]


@given(ZONES, WALL_CLOCKS)
def test_a_wall_clock_time_is_kept_unless_the_clocks_skip_it(zone: str, local: datetime) -> None:
    shown = instant_of(local, zone).astimezone(get_zone(zone)).replace(tzinfo=None, fold=0)

    assert (shown == local) is (not is_missing(local, zone))


def test_the_hour_that_clocks_skip_is_known() -> None:
    assert [is_missing(local, zone) for zone, local in GAPS] == [True] * len(GAPS)


def test_the_hour_that_comes_twice_is_known_and_means_the_first() -> None:
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - a wall clock in Berlin

    assert is_doubled(twice, "Europe/Berlin")
    assert instant_of(twice, "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(ZONES, WALL_CLOCKS, OFFSETS, st.integers(-200, 200))
def test_moments_lie_ahead_and_before_the_start_by_their_offset(
    zone: str, local: datetime, offsets: tuple[timedelta, ...], hours: int
) -> None:
    seminar = make_seminar(zone=zone, starts_local=local, reminder_offsets=offsets)
    now = seminar.starts_at - timedelta(hours=hours)

    moments = plan_moments(seminar, now)

    assert all(moment.due_at > now for moment in moments)
    reminders = {moment.offset: moment.due_at for moment in moments if moment.kind is MomentKind.REMINDER}
    assert reminders == {
        offset: seminar.starts_at - offset for offset in offsets if seminar.starts_at - offset > now
    }


@given(OFFSETS, st.integers(-100, 24 * 8 * 60))
def test_of_the_missed_reminders_only_the_nearest_goes_out(
    offsets: tuple[timedelta, ...], minutes_before: int
) -> None:
    seminar = make_seminar(reminder_offsets=offsets)
    now = seminar.starts_at - timedelta(minutes=minutes_before)
    due = [
        DueReminder(number, seminar.starts_at, seminar.starts_at - offset, offset)
        for number, offset in enumerate(offsets)
        if seminar.starts_at - offset <= now
    ]

    chosen, skipped = choose_reminders(due, seminar, now)

    nearest = min(due, key=lambda reminder: reminder.offset, default=None)
    assert chosen == (nearest if minutes_before > 0 else None)
    assert set(skipped) == {reminder.id for reminder in due if reminder != chosen}


def test_a_reminder_for_another_start_or_nobody_is_not_sent() -> None:
    seminar = make_seminar()
    before = seminar.starts_at - timedelta(hours=1)
    other = seminar.starts_at + timedelta(days=1)

    cancelled = make_seminar(cancelled_at=before)
    start = seminar.starts_at

    assert decide_reminder(seminar, State.SEATED, starts_at=start, now=before) is None
    assert decide_reminder(seminar, State.SEATED, starts_at=other, now=before) is Skip.MOVED
    assert decide_reminder(seminar, State.WAITLISTED, starts_at=start, now=before) is Skip.NOT_SEATED
    assert decide_reminder(seminar, None, starts_at=start, now=before) is Skip.NOT_SEATED
    assert decide_reminder(seminar, State.SEATED, starts_at=start, now=start) is Skip.AFTER_START
    assert decide_reminder(cancelled, State.SEATED, starts_at=start, now=before) is Skip.CANCELLED
