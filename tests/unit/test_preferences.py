"""A member's own reminders: quiet hours, and which of several that are due."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.preferences import Preferences, end_of_quiet
from bot.domain.reminding import DueReminder, Skip
from bot.services.preferences import choose_for, decide_delay
from bot.views.preferences import BOTH_OR_NONE, build_preferences, read_preferences_form
from tests.factories import make_seminar
from tests.payloads import check_view

BERLIN = "Europe/Berlin"
NIGHT = Preferences(quiet_from=time(22), quiet_until=time(7, 30))
NOON = Preferences(quiet_from=time(12), quiet_until=time(13))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "chosen", "expected"),
    [
        (utc(10, 20, 59), NIGHT, None),  # 21:59 in Berlin
        (utc(10, 21), NIGHT, utc(11, 6, 30)),  # 22:00
        (utc(10, 23, 30), NIGHT, utc(11, 6, 30)),  # half past midnight
        (utc(11, 6, 30), NIGHT, None),  # 7:30, when it ends
        (utc(28, 23), NIGHT, utc(29, 5, 30)),  # the night that clocks go forward
        (utc(10, 11, 30), NOON, utc(10, 12)),
        (utc(10, 12), NOON, None),
        (utc(10, 3), Preferences(), None),
        (utc(10, 3), Preferences(quiet_from=time(3), quiet_until=time(3)), None),
    ],
)
def test_quiet_hours_end_on_the_members_clock(
    at: datetime, chosen: Preferences, expected: datetime | None
) -> None:
    assert end_of_quiet(at, chosen, BERLIN) == expected


def due(offset: timedelta) -> DueReminder:
    seminar = make_seminar()
    return DueReminder(1, seminar.starts_at, seminar.starts_at - offset, offset)


def test_of_several_that_are_due_each_gets_the_nearest_that_is_theirs() -> None:
    seminar = make_seminar()
    day, hours, week = (due(span) for span in (timedelta(days=1), timedelta(hours=3), timedelta(weeks=1)))
    own = Preferences(reminders=frozenset({timedelta(hours=3)}))

    assert choose_for(None, [week, day, hours], seminar) == day
    assert choose_for(own, [week, day, hours], seminar) == hours
    assert choose_for(own, [week], seminar) is None


def test_who_wants_none_gets_none_and_who_sleeps_gets_it_in_the_morning() -> None:
    at = utc(10, 23)

    assert decide_delay(None, at, BERLIN) == (at, None)
    assert decide_delay(NIGHT, at, BERLIN) == (utc(11, 6, 30), None)
    assert decide_delay(Preferences(is_muted=True), at, BERLIN) == (at, Skip.MUTED)


def test_the_modal_shows_what_was_chosen_and_reads_it_back() -> None:
    chosen = Preferences(
        is_muted=True, reminders=frozenset({timedelta(minutes=10)}), quiet_from=time(22), quiet_until=time(7)
    )

    view = build_preferences(chosen)

    check_view(view)
    assert "10 minutes before" in str(view["blocks"][2]["element"]["initial_options"])
    typed: dict[str, str | list[str]] = {
        "reminded": "no",
        "added": ["10"],
        "quiet_from": "22:00",
        "quiet_until": "07:00",
    }
    assert read_preferences_form(typed) == chosen


@pytest.mark.parametrize(("given", "missing"), [("quiet_from", "quiet_until"), ("quiet_until", "quiet_from")])
def test_half_of_quiet_hours_is_said_under_the_other_half(given: str, missing: str) -> None:
    assert read_preferences_form({"reminded": "yes", given: "22:00"}) == {missing: BOTH_OR_NONE}


def test_nonsense_in_the_modal_is_nothing_chosen() -> None:
    typed: dict[str, str | list[str]] = {
        "reminded": "?",
        "added": ["7", ""],
        "quiet_from": "",
        "quiet_until": "",
    }

    assert read_preferences_form(typed) == Preferences()
