"""Register, Give My Seat Back, I'll Be There, and Details."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.listeners.answering import Asking
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.services.adopting import PressedCard, adopt_card, is_card_lost
from bot.services.desk import NotSavedError
from bot.services.listing import read_answer, read_details, read_redrawn
from bot.services.registering import Decided, Press
from bot.slack.errors import Accepted
from bot.storage.seminars import SeminarNotFoundError
from bot.views.answers import build_details_late, build_gone, build_not_saved, build_saved_unseen
from bot.views.ids import Action, parse_seminar_ref
from bot.views.message import Message

Ack = Callable[..., Awaitable[Any]]

_WISHES: dict[str, Wish] = {
    Action.REGISTER: Wish.REGISTER,
    Action.RELEASE: Wish.RELEASE,
    Action.CONFIRM: Wish.CONFIRM,
    Action.ACCEPT: Wish.ACCEPT,
    Action.REFUSE: Wish.REFUSE,
}

# What the answer needs of a press. In a crowd thousands wait, and a payload holds the whole message.
_KEPT = ("team_id", "response_url", "trigger_id")
_KEPT_OF = {
    "team": ("id",),
    "user": ("id", "team_id"),
    "channel": ("id",),
    "container": ("is_ephemeral", "message_ts"),
    "view": ("type", "callback_id", "id", "hash"),
}


class Presses:
    """Answers the presses that a seat hangs on, at the gate.

    Bolt makes three dozen arguments for each listener, though ours take two, and looks through all
    of them for the one that fits: more work than all of ours. In a crowd that is what a member waits for.
    """

    def __init__(self, side: DeskSide) -> None:
        self._side = side
        self._asking = Asking(side)

    def takes(self, body: Mapping[str, Any]) -> bool:
        """Tell whether a readable payload is a press of one of these buttons."""
        return body.get("type") == "block_actions" and body["actions"][0]["action_id"] in _WISHES

    async def answer(self, body: dict[str, Any]) -> BoltResponse:
        """Have the press saved, then acknowledge: a green tick means saved.

        Raises:
            NotSavedError: If it could not be saved; the member is told, and Slack shows an error.
        """
        side, action = self._side, body["actions"][0]
        ref = parse_seminar_ref(action.get("value"))
        if ref is None:
            side.after_ack(body, _tell_gone(side, body))
            return BoltResponse(status=200, body="")
        wish = _WISHES[action["action_id"]]
        press = Press(side.installation(body).workspace_id, ref.seminar_id, user_of(body), wish)
        body = _keep(body)
        try:
            decided = await side.desk.press(press)
        except NotSavedError:
            side.after_ack(body, _tell_not_saved(side, body))
            raise
        self._asking.after_press(body, decided)
        tell = _tell(side, body, decided, self._asking)
        side.after_ack(body, tell, can_wait=True, if_it_fails=build_saved_unseen)
        return BoltResponse(status=200, body="")


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie Details to its listener; presses are answered at the gate."""

    async def handle_details(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Open the whole text of a seminar."""
        side.after_ack(body, _open_details(side, body, action))
        await ack()

    app.action(Action.DETAILS)(handle_details)


def _keep(body: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: body[key] for key in _KEPT if key in body}
    for part, keys in _KEPT_OF.items():
        if isinstance(whole := body.get(part), dict):
            kept[part] = {key: whole[key] for key in keys if key in whole}
    return kept


async def _tell(side: DeskSide, body: dict[str, Any], decided: Decided, asking: Asking) -> None:
    """Answer a press privately; a direct message is redrawn in place."""
    outcome, seminar = decided.outcome, decided.seminar
    if outcome is None or seminar is None:
        await _tell_gone(side, body)
        return
    user_id, now = user_of(body), side.clock.now()
    if _is_direct(body):

        def redraw(session: Session) -> Message | None:
            message = read_redrawn(session, outcome, seminar, user_id=user_id, now=now)
            return message and asking.add_owed(session, decided, user_id, message)

        redrawn = await side.read(redraw)
        if redrawn is not None and await side.respond(body, redrawn, replace=True):
            return
    card = _card_of(side, body, seminar.id)

    def look(session: Session) -> tuple[Message, bool]:
        answer = read_answer(session, outcome, seminar, user_id=user_id, now=now)
        answer = asking.add_owed(session, decided, user_id, answer)
        return answer, card is not None and is_card_lost(session, card)

    answer, is_lost = await side.read(look)
    await side.respond(body, answer, replace=_is_ephemeral(body))
    if card is not None and is_lost:
        await side.write(lambda session: adopt_card(session, card, now=now))
        side.on_promised()


def _is_direct(body: dict[str, Any]) -> bool:
    channel = body.get("channel") or {}
    return str(channel.get("id", "")).startswith("D")


def _is_ephemeral(body: dict[str, Any]) -> bool:
    return bool((body.get("container") or {}).get("is_ephemeral"))


async def _tell_gone(side: DeskSide, body: dict[str, Any]) -> None:
    await side.respond(body, build_gone())


async def _tell_not_saved(side: DeskSide, body: dict[str, Any]) -> None:
    await side.respond(body, build_not_saved())


async def _open_details(side: DeskSide, body: dict[str, Any], action: dict[str, Any]) -> None:
    ref = parse_seminar_ref(action.get("value"))
    installation = side.installation(body)
    if ref is None:
        await _tell_gone(side, body)
        return
    try:
        view = await side.read(
            lambda session: read_details(
                session,
                ref.seminar_id,
                workspace_id=installation.workspace_id,
                user_id=user_of(body),
                now=side.clock.now(),
            )
        )
    except SeminarNotFoundError:
        await _tell_gone(side, body)
        return
    answer = await side.open_view(body, view)
    if not isinstance(answer, Accepted):
        await side.respond(body, build_details_late(ref, may_be_open=may_be_shown(answer)))


def _card_of(side: DeskSide, body: dict[str, Any], seminar_id: int) -> PressedCard | None:
    """Return the card that was pressed; None where it was another message."""
    if _is_direct(body) or _is_ephemeral(body):
        return None
    return PressedCard(
        workspace_id=side.installation(body).workspace_id,
        seminar_id=seminar_id,
        channel_id=str((body.get("channel") or {}).get("id", "")),
        message_ts=str((body.get("container") or {}).get("message_ts", "")),
    )
