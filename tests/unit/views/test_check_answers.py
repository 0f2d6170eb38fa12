"""What the check answers: plain sentences, the channels' button, and Slack's limits."""

import json

import pytest

from bot.domain.checking import NEEDS_CHANNEL, Finding, Found
from bot.views.checking import (
    Looked,
    Report,
    build_check_progress,
    build_check_report,
    build_checking,
    build_nothing_to_check,
)
from bot.views.message import Message
from tests.factories import make_seminar
from tests.payloads import check_message

LOOKED = Looked(12, 14, 230)
PEOPLE = tuple(f"U0M{number:02}" for number in range(7))


def report(*findings: Finding, title: str = "Khorgos") -> Report:
    return Report(make_seminar(title=title), findings)


def shown(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def test_where_nothing_was_found_the_numbers_stand_in_one_sentence() -> None:
    message = build_check_report([report()], LOOKED)

    check_message(message)
    expected = "Everything is as it should be: 12 seminars, 14 announcements, 230 promises looked at."
    assert expected == message.text


def test_what_slack_was_not_asked_about_is_said() -> None:
    message = build_check_report([report()], Looked(60, 60, 300, unasked=10))

    assert "Slack was not asked about 10 more announcements." in message.text


@pytest.mark.parametrize("what", Found)
def test_every_finding_is_a_sentence_and_fits_slack(what: Found) -> None:
    finding = Finding(what, channel_id="C0TALKS", people=PEOPLE, count=7, reason="not_in_channel")

    message = build_check_report([report(finding)], LOOKED)

    check_message(message)
    assert message.text.startswith("Khorgos: ")
    assert message.text.endswith(" 12 seminars, 14 announcements, 230 promises looked at.")
    assert "!" not in message.text
    assert (what in NEEDS_CHANNEL) == ('"action_id": "channels"' in shown(message))


@pytest.mark.parametrize(("count", "said"), [(1, "1 member had not"), (2, "2 members had not")])
def test_one_is_counted_as_one(count: int, said: str) -> None:
    finding = Finding(Found.PROMISES_MISSING, people=PEOPLE[:count], count=count)

    assert said in build_check_report([report(finding)], LOOKED).text


def test_people_are_mentions_and_the_rest_is_counted() -> None:
    message = build_check_report([report(Finding(Found.SEATS_DIFFER, people=PEOPLE, count=7))], LOOKED)

    assert 5 == shown(message).count('"type": "user"')
    assert " and 2 more." in shown(message)


def test_a_title_stays_literal() -> None:
    message = build_check_report([report(Finding(Found.CARD_OLD, "C1"), title="<!channel> *x*")], LOOKED)

    check_message(message)
    assert "&lt;!channel&gt;" in message.text


def test_very_many_findings_are_cut_and_counted() -> None:
    many = [report(*[Finding(Found.CHANNEL_GONE, "C0TALKS")] * 30, title="Long " * 40)] * 60

    message = build_check_report(many, LOOKED)

    check_message(message)
    assert "And 40 more seminars." in shown(message)
    assert "And 18 more." in shown(message)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (build_checking(1), "Checking 1 seminar. This takes a moment."),
        (build_checking(12), "Checking 12 seminars. This takes a moment."),
        (build_check_progress(10, 40), "I have asked Slack about 10 of 40 announcements, and go on."),
        (build_nothing_to_check(""), "There are no seminars to check."),
        (
            build_nothing_to_check("khorgos"),
            "I found no seminar of that name to check. Try /seminar list.",
        ),
    ],
)
def test_the_other_words_are_short(message: Message, expected: str) -> None:
    check_message(message)
    assert expected == message.text
