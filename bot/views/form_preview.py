"""The last step of the announcing form: the announcement exactly as it will look."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject

from bot.domain.draft import Step
from bot.views import form_sentences as say
from bot.views.forms import back_to, build_modal
from bot.views.ids import Callback, FormRef, preview_action
from bot.views.message import Message


def build_preview(
    ref: FormRef,
    card: Message,
    *,
    channel_ids: Sequence[str] = (),
    publish_at: datetime | None = None,
) -> dict[str, Any]:
    """Return the last step: the announcement exactly as it will look.

    Its buttons keep their looks only; their ``action_id`` begins with
    ``Action.PREVIEW``, so that pressing one changes nothing. ``publish_at`` is when
    it is posted, if later; Slack writes it in the reader's own time.
    """
    where = ", ".join(f"<#{channel}>" for channel in channel_ids)
    told = f"This is what {where or 'the channel'} will see. Its buttons do nothing yet."
    if publish_at is not None:
        at = f"<!date^{int(publish_at.timestamp())}^{{date_long}}, {{time}}|{publish_at:%Y-%m-%d %H:%M} UTC>"
        told = f"{told} It is posted on {at}; until then only staff see it in their list."
    blocks = [
        ContextBlock(elements=[MarkdownTextObject(text=told)]).to_dict(),
        {"type": "divider"},
        *as_picture(card.blocks),
        {"type": "divider"},
        back_to(Step.HOW).to_dict(),
    ]
    submit = "Post" if publish_at is None else "Post Later"
    return build_modal(say.PREVIEW_TITLE, Callback.FORM_PREVIEW, submit, ref, blocks)


def as_picture(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return copies of a message's blocks whose ids collide with nothing and mean nothing."""
    count = 0

    def copied(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        nonlocal count
        if isinstance(value, list | tuple):
            return [copied(entry) for entry in value]
        if not isinstance(value, Mapping):
            return value
        copy = {key: copied(entry) for key, entry in value.items() if key != "block_id"}
        if "action_id" in copy:
            copy.pop("value", None)
            copy.pop("confirm", None)
            copy["action_id"] = preview_action(count)
            count += 1
        return copy

    return [copied(block) for block in blocks]
