from datetime import timedelta
from typing import Any

import pytest

from bot.domain.history import Explanation
from bot.domain.room import Cause, Change, State
from bot.views.history import build_history, build_why, list_reasons
from bot.views.history_sentences import Event, SeatEvent, StaffEvent, next_line, seat_line, staff_line
from bot.views.ids import ManageRef
from bot.views.rich import Line
from tests.factories import NOW, make_seminar
from tests.payloads import check_view

SEMINAR = make_seminar(title="Khorgos")
S, H, L, R = State.SEATED, State.OFFERED, State.WAITLISTED, State.RELEASED
ANA, BEN, CARA, DAN = "U0ANA", "U0BEN", "U0CARA", "U0DAN"


_TEN_HOSTS = ", ".join(f"@U0H{number}" for number in range(10))


def said(line: Line) -> str:
    """Return a line as it reads, people by their ids."""
    return "".join(
        f"@{piece['user_id']}"
        if piece["type"] == "user"
        else f"#{piece['channel_id']}"
        if piece["type"] == "channel"
        else piece["text"]
        for piece in (one.to_dict() for one in line)
    )


def change(
    cause: Cause,
    before: State | None,
    after: State,
    *,
    user_id: str = BEN,
    actor: str | None = ANA,
    reason: str | None = None,
) -> Change:
    return Change(9, user_id, before, after, cause, actor, reason=reason)


def seat(one: Change, freed_by: Change | None = None, line: tuple[str, ...] = ()) -> str:
    return said(seat_line(SeatEvent(NOW, one, freed_by, line)))


@pytest.mark.parametrize(
    ("cause", "before", "after", "sentence"),
    [
        (Cause.PRESSED, None, S, "@U0BEN took a seat."),
        (Cause.PRESSED, None, L, "@U0BEN joined the line."),
        (Cause.PRESSED, S, R, "@U0BEN gave a seat back."),
        (Cause.PRESSED, L, R, "@U0BEN left the line."),
        (Cause.ACCEPTED, H, S, "@U0BEN took the seat that was held for them."),
        (Cause.MORE_SEATS, L, S, "@U0BEN moved up because @U0ANA changed the seats."),
        (
            Cause.FEWER_SEATS,
            S,
            L,
            "@U0BEN went to the front of the line because @U0ANA lowered the seats.",
        ),
        (Cause.SEATED, None, S, "@U0ANA gave @U0BEN a seat."),
        (Cause.MOVED, L, L, "@U0ANA moved @U0BEN in line."),
        (Cause.REMOVED, S, R, "@U0ANA took back the seat of @U0BEN."),
        (Cause.REMOVED, L, R, "@U0ANA took @U0BEN out of the line."),
        (Cause.ADDED, None, L, "@U0ANA added @U0BEN to the line."),
        (Cause.WALK_IN, None, S, "@U0ANA let @U0BEN in at the door."),
        (Cause.DEACTIVATED, L, R, "@U0BEN left the line, as the account was deactivated."),
        (Cause.UNCLAIMED, S, R, "@U0BEN had not come, so the seat was given on."),
        (Cause.WALK_IN, S, L, "The seat of @U0BEN changed."),
    ],
)
def test_a_change_of_a_seat_is_a_sentence(
    cause: Cause, before: State | None, after: State, sentence: str
) -> None:
    assert sentence == seat(change(cause, before, after))


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("before", [None, *State])
@pytest.mark.parametrize("after", list(State))
def test_every_cause_has_a_sentence(cause: Cause, before: State | None, after: State) -> None:
    assert seat(change(cause, before, after), change(Cause.PRESSED, S, R)).endswith(".")


def test_a_seat_out_of_turn_says_so_with_its_reason() -> None:
    one = change(Cause.SEATED, L, S, reason="speaker’s guest")

    assert seat(one, line=(CARA, BEN)) == "@U0ANA gave @U0BEN a seat out of turn: “speaker’s guest”."
    assert seat(one, line=(BEN, CARA)) == "@U0ANA gave @U0BEN a seat: “speaker’s guest”."


@pytest.mark.parametrize(
    ("freed", "why"),
    [
        (change(Cause.PRESSED, S, R, user_id=DAN, actor=DAN), "@U0DAN gave a seat back"),
        (change(Cause.REMOVED, S, R, user_id=DAN), "@U0ANA took back the seat of @U0DAN"),
        (change(Cause.EXPIRED, H, L, user_id=DAN, actor=None), "@U0DAN did not answer in time"),
        (change(Cause.SEATED, S, R, user_id=DAN), "a seat of @U0DAN became free"),
        (None, "a seat was free"),
    ],
)
def test_a_promotion_says_which_change_freed_the_seat(freed: Change | None, why: str) -> None:
    one = change(Cause.PROMOTED, L, S, user_id=CARA, actor=None)

    assert seat(one, freed) == f"@U0CARA moved up because {why}."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ((CARA,), "Before that, @U0CARA was first in line, and nobody else waited."),
        ((CARA, DAN), "Before that, @U0CARA was first of 2 in line; @U0DAN came next."),
        ((DAN, CARA), "Before that, @U0CARA was number 2 of 2 in line; @U0DAN was first."),
        ((), ""),
    ],
)
def test_who_was_next_is_said_of_a_promotion(line: tuple[str, ...], sentence: str) -> None:
    event = SeatEvent(NOW, change(Cause.PROMOTED, L, S, user_id=CARA, actor=None), None, line)

    assert sentence == said(next_line(event))


def test_who_was_forgotten_is_somebody() -> None:
    assert seat(change(Cause.REMOVED, S, R, user_id="gone-3")) == "@U0ANA took back the seat of somebody."


@pytest.mark.parametrize(
    ("kind", "details", "sentence"),
    [
        ("message", {"count": 1, "text": "Hello\nall"}, "@U0ANA wrote to 1 person: “Hello all”"),
        ("message", {"count": 12, "text": ""}, "@U0ANA wrote to 12 people."),
        (
            "cancelled",
            {"reason": "The speaker is ill"},
            "@U0ANA cancelled the seminar: “The speaker is ill”.",
        ),
        ("cancelled", {"reason": "She is ill."}, "@U0ANA cancelled the seminar: “She is ill.”"),
        ("closed", {}, "@U0ANA closed registration."),
        (
            "channels",
            {"added": ["C0A", "C0B"], "removed": ["C0C"]},
            "@U0ANA changed the channels; added #C0A, #C0B; removed #C0C.",
        ),
        (
            "moved",
            {"old": {"place": "Room 1", "zone": "UTC"}, "new": {"place": "Room 2", "zone": "UTC"}},
            "@U0ANA moved it: place from Room 1 to Room 2.",
        ),
        (
            "moved",
            {"starts_at": ["2020-08-07T01:00:00+00:00", "2020-08-08T01:00:00+00:00"]},
            (
                "@U0ANA moved it: start from Friday 7 August, 11:00 in Sydney (AEST)"
                " to Saturday 8 August, 11:00 in Sydney (AEST)."
            ),
        ),
        (
            "seats",
            {"capacity": [20, None], "has_waitlist": [True, False], "seated": 3},
            "@U0ANA changed the seats: number from 20 to no limit; waitlist from on to off.",
        ),
        (
            "open_later",
            {"opens_at": [None, "2020-08-01T01:00:00+00:00"]},
            (
                "@U0ANA set when registration opens: opening from at once to"
                " Saturday 1 August, 11:00 in Sydney (AEST)."
            ),
        ),
        (
            "series",
            {"title": "x", "dates": ["2020-08-14"]},
            "@U0ANA repeated it as a series “x”, 1 more time.",
        ),
        (
            "edited",
            {
                "old": {"title": "A", "reminders": "60"},
                "new": {"title": "B", "reminders": ""},
                "hosts": {"old": ["U0A"], "new": []},
            },
            "@U0ANA edited the seminar: hosts from @U0A to nobody; title from A to B; reminders.",
        ),
        (
            "edited",
            {"hosts": {"old": [], "new": [f"U0H{number}" for number in range(12)]}},
            f"@U0ANA edited the seminar: hosts from nobody to {_TEN_HOSTS} and 2 more.",
        ),
        (
            "edited",
            {
                "old": {"promotion": "automatic", "publish_at": None, "late": "never"},
                "new": {"promotion": "ask", "publish_at": "2020-08-01T01:00:00+00:00", "late": "1 day"},
            },
            (
                "@U0ANA edited the seminar: how waiters get seats from the first in line gets it at once to"
                " the first in line is asked; announcement from at once to"
                " Saturday 1 August, 11:00 in Sydney (AEST); when leaving is late from never to 1 day."
            ),
        ),
        (
            "series",
            {"title": "Khorgos talks", "dates": "2020-08-14T11:00:00 2020-08-21T11:00:00"},
            "@U0ANA repeated it as a series “Khorgos talks”, 2 more times.",
        ),
        ("seats", {"serving_the_line": [True, False]}, "@U0ANA stopped the line."),
        ("seats", {"serving_the_line": [False, True]}, "@U0ANA had the line served again."),
        (
            "closed",
            {"serving_the_line": [True, False]},
            "@U0ANA closed registration: the line is not served any more.",
        ),
        ("questions", {"added": "Vegan?"}, "@U0ANA changed the questions: added “Vegan?”."),
        (
            "materials",
            {"slides_link": ["", "https://slides.example.org"]},
            "@U0ANA set the slides and the recording: slides from none to https://slides.example.org.",
        ),
        ("question_removed", {"votes": 2}, "@U0ANA removed a question for the speaker."),
        (
            "give_unclaimed",
            {"count": 3},
            "@U0ANA asked 3 people in line whether they are there, for unclaimed seats.",
        ),
        (
            "check_in",
            {"check_in_word": ["", "maple"]},
            "@U0ANA changed the check-in: word from none to maple.",
        ),
        ("series", {"of": 3}, "@U0ANA made it as one of a series."),
        ("edited", {"abstract": ["a", "b"]}, "@U0ANA edited the seminar: abstract."),
        ("hypnotised", {"what": {"else": 1}}, "@U0ANA changed the seminar."),
        ("channels", {"added": "nonsense"}, "@U0ANA changed the channels."),
    ],
)
def test_what_staff_did_is_a_sentence(kind: str, details: dict[str, Any], sentence: str) -> None:
    assert sentence == said(staff_line(StaffEvent(NOW, kind, ANA, details), SEMINAR, NOW))


def page(events: list[Event], ref: ManageRef, pages: int) -> dict[str, Any]:
    view = build_history(SEMINAR, events, ref, pages, NOW, "Asia/Singapore")
    check_view(view)
    return view


def test_times_are_those_of_who_reads() -> None:
    view = page([StaffEvent(NOW, "closed", ANA, {})], ManageRef(7), 1)

    assert view["blocks"][1]["elements"][0]["elements"][0]["text"] == "Wednesday 29 July, 08:00"


def test_a_full_page_of_the_longest_lines_keeps_within_slacks_limits() -> None:
    long = SeatEvent(
        NOW, change(Cause.SEATED, L, S, reason="x" * 5000), None, tuple(f"U0{n}" for n in range(500))
    )

    view = page([long] * 15, ManageRef(7, BEN, 1), 3)

    labels = [block["elements"][0]["text"]["text"] for block in view["blocks"] if block["type"] == "actions"]
    assert labels == ["Newer", "Older", "Back"]


def test_a_persons_history_leads_back_to_where_they_were_opened() -> None:
    view = page([], ManageRef(7, BEN, 1, "line V0123", "4"), 3)

    values = [block["elements"][0]["value"] for block in view["blocks"] if block["type"] == "actions"]
    assert values == ["7|U0BEN||line V0123|4", "7|U0BEN|2|line V0123|4", "7|U0BEN|4|line V0123"]


def test_an_empty_history_says_so() -> None:
    assert page([], ManageRef(7), 1)["blocks"][1]["text"]["text"] == "Nothing happened yet."


def test_a_time_in_an_unknown_zone_is_filled_in_by_slack() -> None:
    view = build_history(SEMINAR, [StaffEvent(NOW, "closed", ANA, {})], ManageRef(7), 1, NOW, None)

    check_view(view)
    assert view["blocks"][1]["elements"][0]["elements"][0]["type"] == "date"


def test_a_place_is_explained_in_plain_words() -> None:
    told = Explanation(
        4, 9, Cause.PRESSED, first_place=7, came_back=True, got_seats=2, left=1, moved_ahead=1, moved_up=1
    )

    view = build_why(SEMINAR, told, NOW - timedelta(hours=1), NOW, "Australia/Sydney")

    check_view(view)
    shown = "".join(piece["text"] for piece in view["blocks"][1]["elements"][0]["elements"])
    assert shown.split("\n") == [
        "You are number 4 in line.",
        (
            "You came back to the line on Wednesday 29 July, 09:00, when 6 people were before you."
            " Coming back means the end of the line."
        ),
        "2 people who came before you got a seat since.",
        "One person who came before you left the line.",
        "Staff put one person before you.",
        "Staff moved you 1 place forward.",
    ]


def test_a_place_that_nothing_changed_says_so() -> None:
    assert list_reasons(Explanation(2, 3, Cause.PRESSED, first_place=2)) == [
        "Nobody before you got a seat or left since.",
        "Staff moved nobody before you.",
    ]


def test_who_does_not_wait_is_told_so() -> None:
    view = build_why(SEMINAR, None, None, NOW, None)

    check_view(view)
    assert "You are not in line" in view["blocks"][1]["text"]["text"]
