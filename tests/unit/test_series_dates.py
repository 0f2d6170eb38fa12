"""Which days of a rule become seminars, and when each of them is."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.seminar import Seminar
from bot.domain.series import (
    Dates,
    Fault,
    Problem,
    Repeat,
    Rhythm,
    Rule,
    Typed,
    choose_dates,
    find_fault,
    find_rule,
    list_rules,
    read_typed,
)
from bot.services.recurrence import list_days
from tests.factories import NOW, make_seminar

FRIDAY = date(2020, 8, 7)
WEEK = timedelta(weeks=1)


def local(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a wall-clock time


def choose(seminar: Seminar, rhythm: str = "weekly", *, now: datetime = NOW, **asked: Any) -> Dates:
    day = seminar.starts_local.date()
    rule = find_rule(day, rhythm)
    assert rule is not None
    wanted = {"more": None, "until": None, "skip": frozenset(), "ahead": WEEK} | asked
    repeat = Repeat(rule=rule, **wanted)
    return choose_dates(seminar, list_days(rule.to_text(), day), repeat, now=now)


def days_of(dates: Dates) -> list[str]:
    return [planned.starts_local.isoformat(" ", "minutes") for planned in dates.planned]


def clocks_of(dates: Dates) -> list[str]:
    return [planned.starts_at.isoformat(" ", "minutes")[:16] for planned in dates.planned]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 8, 7), ["FREQ=MONTHLY;BYDAY=1FR"]),
        (date(2020, 8, 14), ["FREQ=MONTHLY;BYDAY=2FR"]),
        (date(2020, 8, 24), ["FREQ=MONTHLY;BYDAY=4MO"]),
        (date(2021, 2, 26), ["FREQ=MONTHLY;BYDAY=4FR", "FREQ=MONTHLY;BYDAY=-1FR"]),
        (date(2020, 8, 31), ["FREQ=MONTHLY;BYDAY=-1MO"]),
    ],
)
def test_a_day_offers_its_weekday_of_the_month_and_the_last_if_it_is_one(
    day: date, expected: list[str]
) -> None:
    assert expected == [rule.to_text() for rule in list_rules(day)[2:]]


def test_the_fifth_monday_goes_on_as_the_last_of_each_month() -> None:
    seminar = make_seminar(starts_local=local(2020, 8, 31, 11, 0))

    dates = choose(seminar, "monthly_last", more=4)

    assert days_of(dates) == ["2020-09-28 11:00", "2020-10-26 11:00", "2020-11-30 11:00", "2020-12-28 11:00"]


def test_every_other_week_counts_from_the_talk_over_the_new_year() -> None:
    seminar = make_seminar(starts_local=local(2020, 12, 18, 11, 0))

    dates = choose(seminar, "fortnightly", more=2)

    assert days_of(dates) == ["2021-01-01 11:00", "2021-01-15 11:00"]


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("Europe/Berlin", (2020, 10, 16, 16, 0), ["2020-10-23 14:00", "2020-10-30 15:00"]),
        ("Australia/Sydney", (2020, 9, 25, 11, 0), ["2020-10-02 01:00", "2020-10-09 00:00"]),
        ("Australia/Sydney", (2021, 3, 26, 11, 0), ["2021-04-02 00:00", "2021-04-09 01:00"]),
    ],
)
def test_the_wall_clock_stays_over_a_change_of_clocks(
    zone: str, start: tuple[int, ...], expected: list[str]
) -> None:
    seminar = make_seminar(zone=zone, starts_local=local(*start))

    dates = choose(seminar, more=2)

    assert expected == clocks_of(dates)
    assert [planned.starts_local.time() for planned in dates.planned] == [seminar.starts_local.time()] * 2


def test_a_time_that_clocks_skip_is_named_and_makes_no_seminar() -> None:
    seminar = make_seminar(zone="Europe/Berlin", starts_local=local(2021, 3, 21, 2, 30))

    dates = choose(seminar, more=2)

    assert dates.missing == (local(2021, 3, 28, 2, 30),)
    assert days_of(dates) == ["2021-04-04 02:30", "2021-04-11 02:30"]


def test_skipped_dates_are_named_and_do_not_count() -> None:
    skip = frozenset({date(2020, 8, 14), date(2020, 8, 15)})

    dates = choose(make_seminar(), more=2, skip=skip)

    assert days_of(dates) == ["2020-08-21 11:00", "2020-08-28 11:00"]
    assert dates.skipped == (date(2020, 8, 14),)
    assert dates.unused == (date(2020, 8, 15),)


def test_the_last_day_is_one_of_them() -> None:
    assert days_of(choose(make_seminar(), until=date(2020, 8, 21))) == [
        "2020-08-14 11:00",
        "2020-08-21 11:00",
    ]


def test_days_that_have_passed_are_left_out() -> None:
    now = datetime(2020, 8, 21, 1, 0, tzinfo=UTC)

    dates = choose(make_seminar(), more=1, now=now)

    assert days_of(dates) == ["2020-08-28 11:00"]


def test_closing_follows_the_start_and_opening_keeps_its_place_on_the_clock() -> None:
    seminar = make_seminar(
        starts_local=local(2020, 9, 28, 11, 0),
        opens_at=datetime(2020, 9, 24, 23, 0, tzinfo=UTC),  # Friday 09:00 in Sydney
        closes_at=datetime(2020, 9, 28, 0, 0, tzinfo=UTC),  # an hour before
    )

    (planned,) = choose(seminar, more=1).planned

    assert planned.starts_at == datetime(2020, 10, 5, 0, 0, tzinfo=UTC)
    assert planned.ends_at == datetime(2020, 10, 5, 1, 30, tzinfo=UTC)
    assert planned.closes_at == datetime(2020, 10, 4, 23, 0, tzinfo=UTC)
    assert planned.opens_at == datetime(2020, 10, 1, 23, 0, tzinfo=UTC)  # Friday 09:00 in Sydney
    assert planned.publish_at == datetime(2020, 9, 28, 0, 0, tzinfo=UTC)


def test_what_would_be_announced_in_the_past_is_announced_at_once() -> None:
    now = datetime(2020, 8, 7, 1, 0, tzinfo=UTC)

    dates = choose(make_seminar(), more=2, now=now)

    assert [planned.publish_at for planned in dates.planned] == [
        None,
        datetime(2020, 8, 14, 1, 0, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"more": 30}, None),
        ({"until": date(2021, 3, 5)}, None),  # the thirtieth
        ({"until": date(2021, 3, 12)}, Fault("until", Problem.TOO_MANY)),
        ({"until": date(2020, 8, 8)}, Fault("until", Problem.NONE_LEFT)),
    ],
)
def test_no_more_than_thirty_are_made_at_once(asked: dict[str, Any], expected: Fault | None) -> None:
    rule = Rule(Rhythm.WEEKLY, 4)
    wanted = {"more": None, "until": None, "skip": frozenset(), "ahead": None} | asked

    found = find_fault(
        choose(make_seminar(), **asked),
        Repeat(rule, **wanted),
    )

    assert expected == found


def test_nothing_is_made_more_than_five_years_ahead() -> None:
    seminar = make_seminar(starts_local=local(2025, 7, 25, 11, 0))

    dates = choose(seminar, "monthly", more=2)

    assert dates.is_far


def test_what_is_typed_becomes_what_is_asked_for() -> None:
    typed = Typed("fortnightly", "", "2020-12-24", "\n 2020-08-21 \n2020-08-21\n", "2w")

    assert read_typed(typed, FRIDAY) == Repeat(
        Rule(Rhythm.FORTNIGHTLY, 4),
        None,
        date(2020, 12, 24),
        frozenset({date(2020, 8, 21)}),
        timedelta(weeks=2),
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (Typed("hourly", "3"), Fault("repeat", Problem.REPEAT_MISSING)),
        (Typed("monthly_last", "3"), Fault("repeat", Problem.REPEAT_MISSING)),
        (Typed("weekly"), Fault("more", Problem.HOW_FAR_MISSING)),
        (Typed("weekly", "0"), Fault("more", Problem.MORE_WRONG)),
        (Typed("weekly", "31"), Fault("more", Problem.MORE_WRONG)),
        (Typed("weekly", "three"), Fault("more", Problem.MORE_WRONG)),
        (Typed("weekly", "", "2020-02-30"), Fault("until", Problem.UNTIL_WRONG)),
        (Typed("weekly", "3", "2020-12-24"), Fault("until", Problem.HOW_FAR_TWICE)),
        (
            Typed("weekly", "3", "", "2020-08-14\n\nChristmas"),
            Fault("skip", Problem.SKIP_WRONG, 3, "Christmas"),
        ),
        (Typed("weekly", "3", "", "2020-02-30"), Fault("skip", Problem.SKIP_WRONG, 1, "2020-02-30")),
        (Typed("weekly", "3", "", "", "soon"), Fault("announce", Problem.ANNOUNCE_MISSING)),
    ],
)
def test_what_cannot_be_is_named_with_its_input(typed: Typed, expected: Fault) -> None:
    assert read_typed(typed, FRIDAY) == (expected,)
