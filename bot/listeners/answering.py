"""Asking registrants the questions of a seminar, after their press and when they press Answer."""

import asyncio
from typing import Any, assert_never

from sqlalchemy.orm import Session

from bot.domain.outcomes import AlreadySeated, AlreadyWaitlisted, Seated, Waitlisted
from bot.domain.questions import ToAnswer
from bot.domain.seminar import Seminar
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.services.answering import (
    Answered,
    AskedAnew,
    Unasked,
    WronglyAnswered,
    count_owed,
    read_to_answer,
    save_answers,
)
from bot.services.registering import Decided
from bot.slack.errors import Accepted
from bot.storage.questions import has_questions
from bot.storage.seminars import SeminarNotFoundError
from bot.views.answering import (
    ASKED_ANEW,
    SAVED_THANKS,
    answer_errors,
    ask_to_answer,
    build_answering,
    build_questions_late,
    explain_not_asked,
)
from bot.views.answers import build_gone, build_saved_unseen
from bot.views.form_state import read_values
from bot.views.ids import parse_seminar_ref
from bot.views.message import Message
from bot.views.notices import SEMINAR_IS_GONE, build_notice

_KNOWN_LIMIT = 1000


class Asking:
    """Asks whoever got a seat or a place in line, and knows which seminars ask nothing.

    The ordinary press is about one of those, and in a crowd it must cost nothing:
    so what was read once is kept. A change of the questions counts the seminar's
    version up, so what is known of that version stays true.
    """

    def __init__(self, side: DeskSide) -> None:
        self._side = side
        self._known: dict[int, tuple[int, bool]] = {}
        self._reading: dict[tuple[int, int], asyncio.Task[bool]] = {}

    def may_ask(self, seminar: Seminar) -> bool:
        """Tell whether a seminar has questions, or is not known to have none."""
        version, asks = self._known.get(seminar.id, (0, True))
        return asks or version != seminar.version

    def after_press(self, body: dict[str, Any], decided: Decided) -> None:
        """Open the questions for whoever got a seat or a place in line by a press.

        The trigger of the press lives three seconds, so this never waits behind a
        crowd. Where the questions do not open, the confirmation asks for what is
        required, so nothing is said.
        """
        seminar = decided.seminar
        is_new = isinstance(decided.outcome, Seated | Waitlisted)
        if seminar is not None and is_new and body.get("trigger_id") and self.may_ask(seminar):
            self._side.after_ack(body, self._open(body, seminar), if_it_fails=build_saved_unseen)

    def add_owed(self, session: Session, decided: Decided, user_id: str, message: Message) -> Message:
        """Add to the answer to a press what is required and unanswered."""
        seminar, outcome = decided.seminar, decided.outcome
        holds = isinstance(outcome, Seated | AlreadySeated | Waitlisted | AlreadyWaitlisted)
        if seminar is None or not holds or not self.may_ask(seminar):
            return message
        return ask_to_answer(message, seminar, count_owed(session, seminar.id, user_id))

    async def _open(self, body: dict[str, Any], seminar: Seminar) -> None:
        if not await self._has_questions(seminar):
            return
        workspace_id, user_id = seminar.workspace_id, user_of(body)
        now = self._side.clock.now()
        asked = await self._side.read(
            lambda session: read_to_answer(session, seminar.id, user_id, workspace_id=workspace_id, now=now)
        )
        if isinstance(asked, ToAnswer):
            await self._side.open_view(body, build_answering(asked))

    async def _has_questions(self, seminar: Seminar) -> bool:
        """Read whether a seminar has questions, once for however many press at the same moment."""
        version, asks = self._known.get(seminar.id, (0, False))
        if version == seminar.version:
            return asks
        key = (seminar.id, seminar.version)
        reading = self._reading.get(key)
        if reading is None:
            reading = self._reading[key] = asyncio.create_task(self._read(seminar))
            reading.add_done_callback(lambda _done: self._reading.pop(key, None))
        return await asyncio.shield(reading)

    async def _read(self, seminar: Seminar) -> bool:
        asks = await self._side.read(lambda session: has_questions(session, seminar.id))
        self._known.pop(seminar.id, None)
        while len(self._known) >= _KNOWN_LIMIT:
            del self._known[next(iter(self._known))]
        self._known[seminar.id] = (seminar.version, asks)
        return asks


async def open_questions(side: DeskSide, body: dict[str, Any], value: object) -> None:
    """Open the questions of the seminar that a button names."""
    ref, now = parse_seminar_ref(value), side.clock.now()
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    if ref is None:
        await side.respond(body, build_gone())
        return
    seminar_id = ref.seminar_id
    try:
        asked = await side.read(
            lambda session: read_to_answer(session, seminar_id, user_id, workspace_id=workspace_id, now=now)
        )
    except SeminarNotFoundError:
        await side.respond(body, build_gone())
        return
    view = (
        build_answering(asked)
        if isinstance(asked, ToAnswer)
        else build_notice(explain_not_asked(asked.seminar, asked.why))
    )
    answer = await side.open_view(body, view)
    if not isinstance(answer, Accepted):
        await side.respond(body, build_questions_late(asked.seminar, may_be_open=may_be_shown(answer)))


async def take_answers(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """Save what was answered, and return the answer to the submit as ``ack`` takes it."""
    ref, now = parse_seminar_ref(view.get("private_metadata")), side.clock.now()
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    if ref is None:
        return _show(build_notice(SEMINAR_IS_GONE))
    values = read_values(view)
    try:
        outcome = await side.write(
            lambda session: save_answers(
                session, ref.seminar_id, user_id, values, workspace_id=workspace_id, now=now
            )
        )
    except SeminarNotFoundError:
        return _show(build_notice(SEMINAR_IS_GONE))
    match outcome:
        case Answered():
            return _show(build_notice(SAVED_THANKS))
        case WronglyAnswered(faults=faults):
            return {"response_action": "errors", "errors": answer_errors(faults)}
        case AskedAnew(to_answer=to_answer):
            return _show(build_answering(to_answer, notice=ASKED_ANEW))
        case Unasked(seminar=seminar, why=why):
            return _show(build_notice(explain_not_asked(seminar, why)))
        case _:
            assert_never(outcome)


def _show(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}
