"""The modals about channels."""

from datetime import UTC, datetime

import pytest

from bot.views.channels import (
    Card,
    CardState,
    build_channels,
    build_channels_preview,
    read_channels,
    write_channels,
)
from bot.views.ids import ManageRef
from tests.factories import NOW, make_seminar
from tests.payloads import check_view

LATER = datetime(2020, 8, 1, 0, 0, tzinfo=UTC)
CARDS = (
    Card("C1", CardState.POSTED),
    Card("C2", CardState.WAITING, due_at=LATER),
    Card("C3", CardState.REFUSED, reason="channel_not_found"),
    Card("C4", CardState.STUCK, reason="is_archived"),
)


def sections(view: object, at: int) -> str:
    """Return the words of a rich text block, with channels by their ids."""
    assert isinstance(view, dict)
    pieces = view["blocks"][at]["elements"][0]["elements"]
    return "".join(piece.get("text") or f"#{piece['channel_id']}" for piece in pieces)


def test_the_modal_says_of_each_card_how_it_stands() -> None:
    view = build_channels(make_seminar(), CARDS, NOW)

    check_view(view)
    lines = sections(view, 1).split("\n")
    assert lines[0] == "#C1: posted."
    assert lines[1] == "#C2: to be posted on Saturday 1 August, 10:00 in Sydney (AEST)."
    assert lines[2].startswith("#C3: not posted. I cannot see that conversation.")
    assert lines[3].startswith("#C4: posted, but it shows an old state. That channel is archived.")
    assert view["blocks"][2]["element"]["initial_conversations"] == ["C1", "C2", "C3", "C4"]


def test_the_preview_says_what_becomes_of_each_channel() -> None:
    view = build_channels_preview(make_seminar(), ["C5", "C6"], CARDS, NOW, ManageRef(7, about="C5,C6"))

    check_view(view)
    assert sections(view, 1).split("\n") == [
        "Posted in #C5, #C6.",
        "No longer announced in #C1: the message there stays and says so.",
        "No longer announced in #C2: nothing was posted there yet, and nothing will be.",
        "No longer announced in #C3: Slack did not take the message there.",
        "No longer announced in #C4: Slack does not let me change the message there, so it stays as it is.",
    ]


def test_a_seminar_that_is_announced_later_is_posted_then() -> None:
    view = build_channels_preview(
        make_seminar(publish_at=LATER), ["C5"], (), NOW, ManageRef(7, about="C5"), is_changed=True
    )

    check_view(view)
    assert sections(view, 1).startswith("Something changed meanwhile.")
    assert sections(view, 2) == "To be posted in #C5 on Saturday 1 August, 10:00 in Sydney (AEST)."


def test_a_cancelled_seminar_may_be_announced_nowhere() -> None:
    view = build_channels(make_seminar(cancelled_at=NOW), (), NOW)

    check_view(view)
    assert view["blocks"][2]["optional"] is True


@pytest.mark.parametrize("channel_ids", [(), ("C1",), ("C1", "G2")])
def test_channels_are_read_as_they_were_written(channel_ids: tuple[str, ...]) -> None:
    written = write_channels(channel_ids)

    assert written
    assert channel_ids == read_channels(written)
