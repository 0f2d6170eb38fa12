"""Reminders and wall-clock time, in every zone and on the nights that clocks change."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminding import (
    REMINDER_CHOICES,
    DueReminder,
    MomentKind,
    Skip,
    choose_reminders,
    decide_reminder,
    plan_moments,
)
from bot.domain.room import State
from bot.domain.zones import (
    clock_face,
    duration_in_words,
    get_zone,
    instant_of,
    is_doubled,
    is_missing,
    known_zones,
    offset_at,
)
from bot.views.direct_messages import build_reminder
from tests.factories import make_seminar

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
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


def _nights(zone: str) -> list[tuple[str, datetime, timedelta]]:
    """Return zone, instant and jump of each change of clocks in two years, to the second."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(2 * 366)]
    nights = [day for day in days if offset_at(day, zone) != offset_at(day + DAY, zone)]
    changes = [(night, bisect_left(range(86_400), True, key=_is_after(night, zone))) for night in nights]  # noqa: FBT003 - what is looked for
    return [
        (zone, night + timedelta(seconds=second), offset_at(night + DAY, zone) - offset_at(night, zone))
        for night, second in changes
    ]


def _is_after(night: datetime, zone: str) -> Callable[[int], bool]:
    before = offset_at(night, zone)
    return lambda second: offset_at(night + timedelta(seconds=second), zone) != before


def _wall_clock(at: datetime, zone: str) -> datetime:
    return at.astimezone(get_zone(zone)).replace(tzinfo=None, fold=0)


def test_on_every_night_of_every_zone_what_is_skipped_or_doubled_is_known() -> None:
    nights = [night for zone in sorted(known_zones()) for night in _nights(zone)]
    # The middle of what the clocks skip, or show twice; the instant before the change has the old reading.
    forward = [
        (zone, _wall_clock(at - SECOND, zone) + SECOND + jump / 2, at + jump / 2)
        for zone, at, jump in nights
        if jump > timedelta()
    ]
    back = [
        (zone, _wall_clock(at - SECOND, zone) + SECOND + jump / 2, at + jump / 2)
        for zone, at, jump in nights
        if jump < timedelta()
    ]

    assert min(len(forward), len(back)) > 200
    assert [night for night in forward if not is_missing(night[1], night[0])] == []
    assert [night for night in back if not is_doubled(night[1], night[0])] == []
    assert [one for one in forward + back if instant_of(one[1], one[0]) != one[2]] == []
    assert [night for night in forward if is_doubled(night[1], night[0])] == []
    assert [night for night in back if is_missing(night[1], night[0])] == []


@given(ZONES, ZONES, WALL_CLOCKS, st.sampled_from(REMINDER_CHOICES))
def test_a_reminder_says_the_readers_time_and_the_venues(
    venue: str, reader: str, local: datetime, offset: timedelta
) -> None:
    seminar = make_seminar(zone=venue, starts_local=local)

    reminder = build_reminder(seminar, seminar.starts_at - offset, reader)

    assert f", for which you have a seat, starts in {duration_in_words(offset)}. When: " in reminder.text
    assert f", {clock_face(seminar.starts_at, reader)}" in reminder.text
    assert f", {clock_face(seminar.starts_at, venue)}" in reminder.text


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
