"""What staff did to a seminar, each act as one sentence."""

from typing import Any

import pytest

from bot.views.staff_sentences import StaffEvent, staff_line
from tests.factories import NOW, make_seminar
from tests.payloads import read_line

SEMINAR = make_seminar(title="Khorgos")
ANA = "U0ANA"
TEN_HOSTS = ", ".join(f"@U0H{number}" for number in range(10))


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
            f"@U0ANA edited the seminar: hosts from nobody to {TEN_HOSTS} and 2 more.",
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
    assert sentence == read_line(staff_line(StaffEvent(NOW, kind, ANA, details), SEMINAR, NOW))
