"""My calendar feed: the address that a member's calendar subscribes to."""

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, PlainTextObject
from slack_sdk.models.views import View

from bot.views.ids import Action
from bot.views.rich import link, paragraph, words


def build_feed_view(address: str, *, is_new: bool = False) -> dict[str, Any]:
    """Build the modal that shows the address, and how to take it back.

    Args:
        address: The whole address.
        is_new: Whether it was made anew just now, so that the old one leads nowhere.
    """
    said = (
        "This is your new address. The old one leads nowhere any more."
        if is_new
        else "Subscribe to this address in your calendar. It then shows every seminar that you have a seat "
        "for, and follows moves and cancellations."
    )
    careful = "Whoever has the address sees your seminars and their online links, so keep it to yourself."
    again = ButtonElement(
        text=PlainTextObject(text="Make a New Address", emoji=False),
        action_id=Action.FEED_REVOKE,
        value="feed",
        confirm=ConfirmObject(
            title="Make a new address?",
            text=PlainTextObject(text="Calendars that use the old one no longer get anything.", emoji=False),
            confirm="Make a New One",
            deny="Keep It",
        ),
    )
    blocks: list[Block] = [
        paragraph([words(said)]),
        paragraph([link(address)]),
        paragraph([words(careful)]),
        ActionsBlock(elements=[again]),
    ]
    return View(
        type="modal",
        title=PlainTextObject(text="My calendar feed", emoji=False),
        close=PlainTextObject(text="Close", emoji=False),
        blocks=blocks,
    ).to_dict()
