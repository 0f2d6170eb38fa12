"""Whatever people type, every message keeps within Slack's limits and mentions nobody."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.outcomes import (
    AlreadySeated,
    AlreadyWaitlisted,
    Begun,
    Cancelled,
    Closed,
    Confirmed,
    Full,
    NotOpenYet,
    NotRegistered,
    Offered,
    OfferGone,
    Over,
    Refused,
    Released,
    Seated,
    Waitlisted,
)
from bot.domain.room import State
from bot.domain.seminar import Count, Seminar, Speaker
from bot.views.announcement import build_announcement
from bot.views.answers import build_answer
from bot.views.details import build_details
from bot.views.direct_messages import (
    build_coming,
    build_confirmation,
    build_given_back,
    build_promotion,
    build_refusal_notice,
    build_reminder,
)
from bot.views.listing import ListRow, build_list, build_not_staff
from bot.views.message import Message
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view, find_texts

HOSTILE = (
    "<!channel> <@U123> <#C123|x> <https://evil.example|here> & *bold* _i_ ~s~ `code` ```pre```",
    "א\u202eהרצאה <!here>\u2066 العربية",
    "👩‍👩‍👧‍👦🏳️‍🌈 :tada: e\u0301\u0301\u0301 \u200b\ufeff",
    "&lt;!everyone&gt; &amp;amp;",
    "\u2028\u2029\r\n\t\x00\x1b[31m",
    "   ",
)
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.sampled_from(HOSTILE),
    st.sampled_from((*HOSTILE, "&<>", "ab. ", "x")).map(lambda unit: (unit * 5000)[:5000]),
)
LINKS = st.one_of(TEXTS, TEXTS.map(lambda text: f"https://example.org/{text}"))
ZONES = st.sampled_from((None, "Europe/Berlin", "Australia/Sydney", "Asia/Kathmandu", "Nowhere/Atlantis"))
SEMINARS = st.builds(
    make_seminar,
    title=TEXTS,
    speakers=st.lists(st.builds(Speaker, TEXTS, TEXTS), max_size=4).map(tuple),
    abstract=TEXTS,
    bio=TEXTS,
    place=TEXTS,
    online_link=LINKS,
    cancel_reason=TEXTS,
    created_by=TEXTS,
    cancelled_at=st.sampled_from((None, NOW)),
    capacity=st.sampled_from((None, 0, 1, 20)),
    has_waitlist=st.booleans(),
    zone=st.sampled_from(("Australia/Sydney", "UTC", "America/Sao_Paulo")),
)
COUNTS = st.builds(Count, st.integers(0, 30), st.integers(0, 3), st.integers(0, 9))
OUTCOMES = (
    Seated(3),
    AlreadySeated(None),
    Waitlisted(1),
    AlreadyWaitlisted(2),
    Full(),
    NotOpenYet(NOW + timedelta(days=1)),
    Closed(),
    Begun(),
    Over(),
    Released(had_seat=True),
    Released(had_seat=True, is_late=True),
    NotRegistered(),
    Confirmed(),
    Offered(NOW + timedelta(hours=2)),
    OfferGone(2),
    Refused(),
)
LIVELY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MENTION = re.compile(r"<[!@#]|<https?:|<mailto:")


def check(message: Message) -> None:
    check_message(message)
    assert MENTION.findall(message.text) == []
    assert list(find_texts(message.blocks)) == []


@LIVELY
@given(SEMINARS, COUNTS, st.sampled_from((0, 9, 10)))
def test_an_announcement_takes_any_text(seminar: Seminar, count: Count, days: int) -> None:
    check(build_announcement(seminar, count, NOW + timedelta(days=days)))


@LIVELY
@given(SEMINARS, COUNTS, ZONES, st.sampled_from((None, *State)))
def test_details_take_any_text(seminar: Seminar, count: Count, zone: str | None, held: State | None) -> None:
    view = build_details(seminar, count, held, 2, NOW, zone)

    check_view(view)
    assert list(find_texts(view)) == []


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
@settings(LIVELY, max_examples=8)
@given(seminar=SEMINARS, zone=ZONES)
def test_an_answer_takes_any_text(outcome: Seated, seminar: Seminar, zone: str | None) -> None:
    check(build_answer(outcome, seminar, NOW, zone, [seminar] * 7))


@LIVELY
@given(SEMINARS, ZONES)
def test_an_answer_about_a_cancelled_talk_takes_any_text(seminar: Seminar, zone: str | None) -> None:
    check(build_answer(Cancelled(seminar.cancel_reason), seminar, NOW, zone))


@LIVELY
@given(seminar=SEMINARS, zone=ZONES, can_return=st.booleans(), is_line_next=st.booleans())
def test_direct_messages_take_any_text(
    *, seminar: Seminar, zone: str | None, can_return: bool, is_line_next: bool
) -> None:
    check(build_confirmation(seminar, Seated(0), NOW, zone))
    check(build_confirmation(seminar, Waitlisted(5), NOW, zone))
    check(build_promotion(seminar, NOW, zone))
    check(build_reminder(seminar, NOW, zone))
    check(build_coming(seminar, NOW, zone))
    check(build_given_back(seminar, had_seat=True, can_return=can_return, is_line_next=is_line_next))


@LIVELY
@given(SEMINARS, TEXTS, TEXTS, TEXTS)
def test_a_notice_to_staff_takes_any_text(seminar: Seminar, channel: str, user: str, reason: str) -> None:
    check(build_refusal_notice(seminar, channel, None, reason))
    check(build_refusal_notice(seminar, None, user, reason))


@settings(LIVELY, max_examples=10)
@given(SEMINARS, COUNTS, st.lists(TEXTS, max_size=4), st.integers(0, 60))
def test_the_list_takes_any_text(seminar: Seminar, count: Count, texts: list[str], rows: int) -> None:
    check(build_list([ListRow(seminar, count, tuple(texts), tuple(texts))] * rows, NOW))
    check(build_not_staff(texts))
