"""All that staff can do with a seminar, column by column, and the words of the command for it."""

from dataclasses import dataclass
from types import ModuleType

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.listeners import (
    aftercare,
    channels,
    checking,
    door,
    editing,
    exporting,
    managing,
    people,
    questions,
    roster,
    seats_and_life,
    settings,
    speaker_questions,
)
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork, Managed, Screen, Work
from bot.storage.seminars import count_registrations
from bot.storage.staff import find_hosts
from bot.views.ids import Action
from bot.views.manage import build_manage


def show_manage(session: Session, managed: Managed) -> Screen:
    """Show how a seminar stands and what can be done about it."""
    seminar = managed.seminar
    count = count_registrations(session, [seminar.id])[seminar.id]
    hosts = find_hosts(session, [seminar.id])[seminar.id]
    return Screen(build_manage(seminar, count, hosts, managed.now, managed.zone))


_MANAGE = Column(reads={Action.MANAGE: show_manage}, words={"manage": Action.MANAGE})
_MODULES: tuple[ModuleType, ...] = (
    editing,
    seats_and_life,
    roster,
    people,
    exporting,
    door,
    channels,
    questions,
    checking,
    settings,
    aftercare,
    speaker_questions,
)
COLUMNS: tuple[Column, ...] = (_MANAGE, *(module.COLUMN for module in _MODULES))


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie every column to its listeners."""
    for column in COLUMNS:
        managing.register(app, side, column)
    for module in _MODULES:
        module.register(app, side)


@dataclass(frozen=True, slots=True)
class WordWork:
    """What a word of the command does with one seminar.

    Attributes:
        action: The button that does the same.
        work: What is done.
        writes: Whether it writes.
        announces: Whether it begins another announcement, which hosts alone cannot.
    """

    action: Action
    work: Work
    writes: bool
    announces: bool


def find_work(word: str) -> WordWork | None:
    """Return what a word of the command does with one seminar; None if it is none of these."""
    for column in COLUMNS:
        action_id = column.words.get(word)
        if action_id is not None:
            writes = action_id in column.writes
            work = (column.writes if writes else column.reads)[action_id]
            return WordWork(Action(action_id), work, writes, action_id in column.announces)
    return None


def find_command(word: str) -> CommandWork | None:
    """Return what a word of the command does that is not about one seminar, None if it is none of these."""
    for module in _MODULES:
        found: CommandWork | None = module.COMMANDS.get(word)
        if found is not None:
            return found
    return None
