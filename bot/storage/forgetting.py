"""Names leave a seminar, and the counts stay.

Whoever is forgotten is "gone-1", "gone-2" and so on in that seminar, the same in
every row. So each state is counted as before, and the ledger replays to the same
registrations. What people wrote in their own words is emptied.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, or_, select, union, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.storage import tables
from bot.storage.deliveries import Kind

FORGOTTEN = "the names were deleted"
GONE = "gone-"
PERSON = re.compile(r"[UW][A-Z0-9]+", re.ASCII)

_NUMBER = re.compile(rf"{GONE}(\d+)", re.ASCII)
_OWN_WORDS = frozenset({"reason", "text"})  # in what is recorded of staff's work

NameColumn = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]

# Who took part, and who ran it: every column that names a person of a seminar.
TAKING_PART: tuple[NameColumn, ...] = (
    tables.Registration.user_id,
    tables.SeatChange.user_id,
    tables.Answer.user_id,
    tables.Feedback.user_id,
    tables.SpeakerQuestion.user_id,
    tables.Vote.user_id,
)
RUNNING: tuple[NameColumn, ...] = (
    tables.Seminar.created_by,
    tables.Host.user_id,
    tables.SeminarChange.actor,
    tables.SeatChange.actor,
    tables.Registration.checked_in_by,
)
NAMES = (*TAKING_PART, *RUNNING)


class Sent(NamedTuple):
    """A message about a seminar to somebody."""

    id: int
    key: str
    target: str
    state: str


def is_gone(user_id: str) -> bool:
    """Tell whether that stands for somebody who was forgotten."""
    return user_id.startswith(GONE)


def has_name(name: NameColumn, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell of a seminar whether it has a row whose name is such."""
    if name is tables.Seminar.created_by:
        return and_(*conditions)
    return exists().where(_is_of(name, tables.Seminar.id), *conditions).correlate(tables.Seminar)


def _is_of(name: NameColumn, seminar_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition for the rows of one seminar in the table of a name."""
    table = name.class_
    if table is tables.Seminar:
        return tables.Seminar.id == seminar_id
    if table is tables.Answer:
        return tables.Answer.question_id.in_(_ids_of(tables.Question, seminar_id))
    if table is tables.Vote:
        return tables.Vote.question_id.in_(_ids_of(tables.SpeakerQuestion, seminar_id))
    of: ColumnElement[bool] = table.seminar_id == seminar_id
    return of


def _ids_of(
    table: type[tables.Question | tables.SpeakerQuestion], seminar_id: int | InstrumentedAttribute[int]
) -> Select[int]:
    return select(table.id).where(table.seminar_id == seminar_id).correlate(tables.Seminar)


def find_names(session: Session, seminar_id: int) -> set[str]:
    """Read everybody who stands in a seminar, also as somebody forgotten."""
    named = (select(name).where(_is_of(name, seminar_id), name.is_not(None)) for name in NAMES)
    return {str(name) for name in session.scalars(union(*named))}


def name_anew(found: Collection[str], people: Iterable[str]) -> dict[str, str]:
    """Return what each of these is called from now on, after those who were forgotten before."""
    numbers = (int(gone[1]) for one in found if (gone := _NUMBER.fullmatch(one)))
    return {one: f"{GONE}{number}" for number, one in enumerate(people, start=max(numbers, default=0) + 1)}


def list_deliveries(session: Session, seminar_id: int) -> list[Sent]:
    """Read the messages about a seminar that went, or are to go, to people."""
    delivery = tables.Delivery
    rows = session.execute(
        select(delivery.id, delivery.key, delivery.target, delivery.state).where(
            delivery.seminar_id == seminar_id, delivery.kind != Kind.ANNOUNCEMENT
        )
    )
    return [Sent(*row) for row in rows]


def forget_in_seminar(
    session: Session, seminar_id: int, names: Mapping[str, str], sent: Iterable[Sent], *, now: datetime
) -> bool:
    """Forget these people of a seminar whose lock is held; False if a message is just being sent to one."""
    theirs = [one for one in sent if one.target in names or not names.keys().isdisjoint(one.key.split(":"))]
    if not _forget_deliveries(session, names, theirs, now=now):
        return False
    _empty_words(session, seminar_id, names)
    changes = select(tables.SeminarChange).where(tables.SeminarChange.seminar_id == seminar_id)
    for change in session.scalars(changes, execution_options={"populate_existing": True}):
        details = _rename(change.details, names)
        if details != change.details or change.actor in names:
            change.details = {key: "" if key in _OWN_WORDS else value for key, value in details.items()}
    session.flush()
    for name in NAMES:
        _update(
            session,
            update(name.class_)
            .where(_is_of(name, seminar_id), name.in_(names))
            .values({name: case(dict(names), value=name)}),
        )
    return True


def _empty_words(session: Session, seminar_id: int, names: Mapping[str, str]) -> None:
    """Empty what these people wrote, and what was written of them."""
    change, answer = tables.SeatChange, tables.Answer
    feedback, question = tables.Feedback, tables.SpeakerQuestion
    free = select(tables.Question.id).where(
        tables.Question.seminar_id == seminar_id, tables.Question.kind == "text"
    )
    for statement in (
        update(change)
        .where(change.seminar_id == seminar_id, or_(change.user_id.in_(names), change.actor.in_(names)))
        .values(reason=None),
        update(answer).where(answer.question_id.in_(free), answer.user_id.in_(names)).values(value=[]),
        update(feedback)
        .where(feedback.seminar_id == seminar_id, feedback.user_id.in_(names))
        .values(line=""),
        update(question)
        .where(question.seminar_id == seminar_id, question.user_id.in_(names))
        .values(text=""),
    ):
        _update(session, statement)


def _forget_deliveries(
    session: Session, names: Mapping[str, str], theirs: Sequence[Sent], *, now: datetime
) -> bool:
    """Forget to whom messages went, and what they held; what was still to be sent is dropped."""
    delivery = tables.Delivery
    # Locked in the order in which they are settled, and never taken from under the call that is being made.
    unsettled = sorted(one.id for one in theirs if one.state in ("due", "sending"))
    locked = select(delivery.state).where(delivery.id.in_(unsettled)).order_by(delivery.id).with_for_update()
    if unsettled and "sending" in session.scalars(locked).all():
        return False
    if not theirs:
        return True
    table = tables.Base.metadata.tables[delivery.__tablename__]
    is_due = table.c.state == "due"
    session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("of"))
        .values(
            target=bindparam("whom"),
            key=bindparam("under"),
            details={},
            sent_channel=None,
            sent_ts=None,
            state=case((is_due, "dropped"), else_=table.c.state),
            reason=case((is_due, FORGOTTEN), else_=table.c.reason),
            settled_at=case((is_due, now), else_=table.c.settled_at),
        ),
        [
            {
                "of": one.id,
                "whom": names.get(one.target, one.target),
                "under": ":".join(names.get(part, part) for part in one.key.split(":")),
            }
            for one in theirs
        ],
    )
    return True


def _rename(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, Mapping):
        return {names.get(key, key): _rename(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_rename(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def _update(session: Session, statement: Any) -> None:  # noqa: ANN401 - updates of different tables
    session.execute(statement, execution_options={"synchronize_session": False})
