"""How staff's modals work: who may, what is shown, and one way to save.

A column of staff's work is three tables: what opens or turns a page (reads), what
is done at once by a button (writes), and what a modal's submit does (submits).
Here they are tied to Slack: the right is checked for each, the work is done in
one transaction, and the screen that it returns is shown.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.seminar import Seminar
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.listeners.registering import Ack
from bot.listeners.rights import Standing
from bot.services.listing import read_zone_of
from bot.slack.errors import Accepted
from bot.slack.installations import Installation
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.storage.staff import find_hosts
from bot.views.answers import build_gone, build_slack_silent
from bot.views.form_state import read_values
from bot.views.ids import ManageRef, parse_manage_ref
from bot.views.listing import build_not_staff
from bot.views.manage import build_manage_late
from bot.views.message import Message
from bot.views.notices import MAY_NOT_MANAGE, NOT_STAFF, SEMINAR_IS_GONE, SLACK_IS_SILENT, build_notice


@dataclass(frozen=True, slots=True)
class Managed:
    """A press or a submit of staff about one seminar.

    Attributes:
        ref: What the button or the modal carries.
        seminar: The seminar, read without a lock.
        workspace_id: Its workspace.
        actor: Who of the staff it is.
        zone: The actor's zone, None while it is not known.
        now: When it came in.
        values: What stands in the modal's inputs, by their block's id.
        chosen: The value of the button or option that was pressed.
    """

    ref: ManageRef
    seminar: Seminar
    workspace_id: int
    actor: str
    zone: str | None
    now: datetime
    values: Mapping[str, str | list[str]]
    chosen: str = ""

    def text(self, name: str) -> str:
        """Return the text or choice in an input, empty if there is none."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def several(self, name: str) -> list[str]:
        """Return what was chosen in an input that takes several."""
        value = self.values.get(name, [])
        return value if isinstance(value, list) else [value] if value else []


After = Callable[[DeskSide, Installation, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Screen:
    """What is seen next.

    Attributes:
        view: The modal; None changes nothing on the screen.
        errors: For a submit: what is wrong, by the input's block id; then the modal stays.
        on_top: Whether the modal comes on top of the one in front instead of taking its place.
        closes: For a submit: whether all modals close.
        after: What is left to do with Slack, for whom and of which installation.
    """

    view: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    on_top: bool = False
    closes: bool = False
    after: After | None = None


Work = Callable[[Session, Managed], Screen]

# What a word of the command does that is not about one seminar: it gets the payload and the words after it.
CommandWork = Callable[[DeskSide, dict[str, Any], str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of staff's work.

    Attributes:
        reads: What only shows something, by ``action_id``.
        writes: What a button does at once, by ``action_id``.
        submits: What a modal does when it is submitted, by ``callback_id``.
        words: The words of the slash command, and the action of ``reads`` that each stands for.
        announces: Those of ``reads`` and ``writes`` that begin another announcement, for which it is not
            enough to be a host of this seminar.
    """

    reads: Mapping[str, Work] = field(default_factory=dict)
    writes: Mapping[str, Work] = field(default_factory=dict)
    submits: Mapping[str, Work] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    announces: frozenset[str] = frozenset()


def register(app: AsyncApp, side: DeskSide, column: Column) -> None:
    """Tie a column to its listeners."""
    for writes, works in ((False, column.reads), (True, column.writes)):
        for action_id, work in works.items():
            announces = action_id in column.announces
            app.action(action_id)(_press_listener(side, work, writes=writes, announces=announces))
    for callback_id, work in column.submits.items():
        app.view(callback_id)(_submit_listener(side, work))


def _press_listener(
    side: DeskSide, work: Work, *, writes: bool, announces: bool
) -> Callable[..., Awaitable[None]]:
    async def handle_staff_press(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Do what a button of staff asks for, and show it; what is saved is acknowledged once it is.

        Only where Slack must be asked first who pressed, the acknowledgement cannot wait for it.
        """
        value = _value_of(action)
        if writes and side.rights.is_known(side.installation(body), user_of(body)):
            show = await _do(side, body, value, work, writes=True, announces=announces)
            side.after_ack(body, show())
        else:
            side.after_ack(body, press(side, body, value, work, writes=writes, announces=announces))
        await ack()

    return handle_staff_press


def _submit_listener(side: DeskSide, work: Work) -> Callable[..., Awaitable[None]]:
    async def handle_staff_submit(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Save what a modal of staff holds, or say what is wrong with it."""
        await ack(**await submit(side, body, view, work))

    return handle_staff_submit


async def press(
    side: DeskSide, body: dict[str, Any], value: object, work: Work, *, writes: bool, announces: bool = False
) -> None:
    """Do what a button or a word of staff asks for, and show it.

    A press in a modal changes that modal, or puts one on top; any other opens one.
    Where somebody may not, they are told so, kindly: before they type anything.
    """
    show = await _do(side, body, value, work, writes=writes, announces=announces)
    await show()


async def _do(
    side: DeskSide, body: dict[str, Any], value: object, work: Work, *, writes: bool, announces: bool
) -> Callable[[], Coroutine[Any, Any, None]]:
    """Do what is asked for, and return what shows it, or why it was not done."""
    view = body.get("view") or {}
    ref = parse_manage_ref(value) or parse_manage_ref(view.get("private_metadata"))
    if ref is None:
        return lambda: _say(side, body, build_gone(), SEMINAR_IS_GONE)
    try:
        standing = await _standing(side, body, ref)
    except SeminarNotFoundError:
        return lambda: _say(side, body, build_gone(), SEMINAR_IS_GONE)
    if standing is not Standing.STAFF:
        return lambda: _refuse(side, body, standing, MAY_NOT_MANAGE)
    if announces:
        announcing = await side.rights.standing(side.installation(body), user_of(body))
        if announcing is not Standing.STAFF:
            return lambda: _refuse(side, body, announcing, NOT_STAFF)
    chosen = value if isinstance(value, str) else ""
    run = side.write if writes else side.read
    screen = await run(lambda session: work(session, _managed(side, session, body, ref, chosen)))
    if writes:
        side.on_promised()
    return lambda: _show(side, body, ref, screen)


async def submit(side: DeskSide, body: dict[str, Any], view: dict[str, Any], work: Work) -> dict[str, Any]:
    """Save what a modal of staff holds, and return the answer as ``ack`` takes it."""
    ref = parse_manage_ref(view.get("private_metadata"))
    if ref is None:
        return _update(build_notice(SEMINAR_IS_GONE))
    try:
        standing = await _standing(side, body, ref)
    except SeminarNotFoundError:
        return _update(build_notice(SEMINAR_IS_GONE))
    if standing is Standing.MEMBER:
        return _update(build_notice(MAY_NOT_MANAGE))
    if standing is Standing.UNKNOWN:
        return {"response_action": "push", "view": build_notice(SLACK_IS_SILENT)}
    screen = await side.write(lambda session: work(session, _managed(side, session, body, ref, "")))
    side.on_promised()
    if screen.after is not None:
        side.after_ack(body, _run_after(screen.after, side, body))
    if screen.errors:
        return {"response_action": "errors", "errors": screen.errors}
    if screen.closes:
        return {"response_action": "clear"}
    if screen.view is None:
        return {}
    return {"response_action": "push" if screen.on_top else "update", "view": screen.view}


async def _run_after(after: After, side: DeskSide, body: dict[str, Any]) -> None:
    await after(side, side.installation(body), user_of(body))


async def _standing(side: DeskSide, body: dict[str, Any], ref: ManageRef) -> Standing:
    """Tell whether whoever pressed may manage the seminar: staff, and its hosts.

    Raises:
        SeminarNotFoundError: If their workspace has no such seminar.
    """
    installation, user_id = side.installation(body), user_of(body)

    def find(session: Session) -> tuple[str, ...]:
        get_seminar(session, ref.seminar_id, workspace_id=installation.workspace_id)
        return find_hosts(session, [ref.seminar_id])[ref.seminar_id]

    if user_id in await side.read(find):
        return Standing.STAFF
    return await side.rights.standing(installation, user_id)


def _managed(side: DeskSide, session: Session, body: dict[str, Any], ref: ManageRef, chosen: str) -> Managed:
    workspace_id, actor = side.installation(body).workspace_id, user_of(body)
    return Managed(
        ref=ref,
        seminar=get_seminar(session, ref.seminar_id, workspace_id=workspace_id),
        workspace_id=workspace_id,
        actor=actor,
        zone=read_zone_of(session, workspace_id, actor),
        now=side.clock.now(),
        values=read_values(body.get("view")),
        chosen=chosen,
    )


async def _show(side: DeskSide, body: dict[str, Any], ref: ManageRef, screen: Screen) -> None:
    if screen.view is not None:
        await _show_view(side, body, ref, screen.view, on_top=screen.on_top)
    if screen.after is not None:
        await _run_after(screen.after, side, body)


async def _show_view(
    side: DeskSide, body: dict[str, Any], ref: ManageRef, view: dict[str, Any], *, on_top: bool
) -> None:
    is_in_modal = _is_in_modal(body)
    if is_in_modal and not on_top:
        await side.update_view(body, view)
        return
    answer = await (side.push_view if is_in_modal else side.open_view)(body, view)
    if not isinstance(answer, Accepted):
        await side.respond(body, build_manage_late(ref, may_be_open=may_be_shown(answer)))


async def _refuse(side: DeskSide, body: dict[str, Any], standing: Standing, sentence: str) -> None:
    if standing is Standing.UNKNOWN:
        await _say(side, body, build_slack_silent(), SLACK_IS_SILENT)
    else:
        mentions = await side.rights.staff_mentions(side.installation(body))
        await _say(side, body, build_not_staff(mentions), sentence)


async def _say(side: DeskSide, body: dict[str, Any], message: Message, sentence: str) -> None:
    """Say something to who pressed: beside a message, or on top of a modal."""
    if _is_in_modal(body):
        await side.push_view(body, build_notice(sentence))
    else:
        await side.respond(body, message)


def _is_in_modal(body: dict[str, Any]) -> bool:
    return (body.get("view") or {}).get("type") == "modal"


def _value_of(action: Mapping[str, Any]) -> object:
    chosen = action.get("selected_option")
    return chosen.get("value") if isinstance(chosen, Mapping) else action.get("value")


def _update(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}
