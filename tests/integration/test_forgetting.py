"""Names are deleted after the retention time; the counts, the states and the ledger stay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.room import replay
from bot.domain.seminar import Count
from bot.services.changing import tell
from bot.services.registering import Press, register
from bot.services.retention import clean_drafts, forget_people
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from bot.storage.forgetting import is_gone
from bot.storage.ledger import list_changes
from bot.storage.seminars import count_registrations, lock_seminars
from bot.storage.staff import add_change
from tests.integration.rows import NOW, add_seminar, add_workspace

PEOPLE = [f"U0M{number:02}" for number in range(6)]
ENDS = datetime.fromisoformat("2020-08-07T02:30:00+00:00")
LATER = ENDS + timedelta(days=31)


def add_past_seminar(session: Session, workspace_id: int, *, days: int | None = 30) -> int:
    """Store a seminar of two seats with a line, in which everything that can name a person does."""
    session.get_one(tables.Workspace, workspace_id).retention_days = days
    seminar = add_seminar(session, workspace_id, capacity=2)
    presses = [(one, Wish.REGISTER) for one in PEOPLE]
    presses += [(PEOPLE[0], Wish.RELEASE), (PEOPLE[3], Wish.RELEASE), (PEOPLE[3], Wish.REGISTER)]
    for user_id, wish in presses:
        register(session, [Press(workspace_id, seminar.id, user_id, wish)], clock=lambda: NOW)
    question = tables.Question(
        seminar_id=seminar.id, position=1, text="Diet?", kind="text", options=[], is_required=False
    )
    choice = tables.Question(
        seminar_id=seminar.id, position=2, text="Size?", kind="one", options=["S", "L"], is_required=False
    )
    asked = tables.SpeakerQuestion(seminar_id=seminar.id, user_id=PEOPLE[1], text="Why, says Bea?", at=NOW)
    session.add_all([question, choice, asked])
    session.flush()
    session.add_all(
        [
            tables.Answer(question_id=question.id, user_id=PEOPLE[1], value=["none, says Bea"], at=NOW),
            tables.Answer(question_id=choice.id, user_id=PEOPLE[1], value=["L"], at=NOW),
            tables.Feedback(seminar_id=seminar.id, user_id=PEOPLE[1], score=4, line="Well done Ana", at=NOW),
            tables.Host(seminar_id=seminar.id, user_id="U0HOST2"),
            tables.Vote(question_id=asked.id, user_id=PEOPLE[2]),
        ]
    )
    row = session.get_one(tables.Registration, (seminar.id, PEOPLE[1]))
    row.checked_in_at, row.checked_in_by = NOW, "U0HOST2"
    session.get_one(tables.SeatChange, (seminar.id, 1)).reason = "Bea is ill"
    details = {"who": PEOPLE[1], "reason": "Bea asked", "people": [PEOPLE[2], "C0TALKS"]}
    tell(session, seminar, [PEOPLE[1]], kind=Kind.MESSAGE, key="1", details={"by": "U0HOST2"}, now=NOW)
    add_change(session, seminar.id, kind="removed", actor="U0HOST2", details=details, now=NOW)
    return seminar.id


def everything_stored(engine: Engine) -> str:
    """Return all that stands in the tables of seminars, as text."""
    told = []
    kept = {"member", "workspace", "preference", "staff_grant"}
    with engine.connect() as connection:
        for table in tables.Base.metadata.sorted_tables:
            told += (
                []
                if table.name in kept
                else [f"{table.name} {row}" for row in connection.execute(select(table))]
            )
    return "\n".join(map(str, told))


def forget_all(
    transaction: Transaction, workspace_id: int, *, limit: int = 3, now: datetime = LATER
) -> list[int]:
    """Forget as the housekeeper does, until nothing is left."""

    def once() -> int:
        with transaction() as session:
            return forget_people(session, workspace_id, now=now, limit=limit)

    return list(iter(once, 0))


def test_nobody_is_named_any_more(engine: Engine, transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        add_past_seminar(session, workspace_id)

    forgotten = forget_all(transaction, workspace_id)

    stored = everything_stored(engine)
    assert [3, 3, 2] == forgotten
    assert [] == [one for one in (*PEOPLE, "U0HOST", "U0HOST2", "Bea", "Ana") if one in stored]
    assert "C0TALKS" in stored


def test_the_counts_stay_and_the_ledger_replays_to_the_table(transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        seminar_id = add_past_seminar(session, workspace_id)
        before = replay(list_changes(session, seminar_id))

    forget_all(transaction, workspace_id)

    with transaction() as session:
        after = replay(list_changes(session, seminar_id))
        rows = session.scalars(
            select(tables.Registration).where(tables.Registration.seminar_id == seminar_id)
        )
        stored = {row.user_id: (row.state, row.line_key, row.change) for row in rows}
        assert {one.user_id: (one.state, one.line_key, one.change) for one in after.values()} == stored
        assert Count(seated=2, offered=0, waiting=3) == count_registrations(session, [seminar_id])[seminar_id]
    assert all(is_gone(user_id) for user_id in after)
    assert sorted(one.change for one in before.values()) == sorted(one.change for one in after.values())


def test_one_person_is_the_same_in_every_row(transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        add_past_seminar(session, workspace_id)

    forget_all(transaction, workspace_id)

    with transaction() as session:
        given = session.scalars(select(tables.Feedback)).one()
        answers = {
            one.user_id: one.value for one in session.scalars(select(tables.Answer).order_by("question_id"))
        }
        checked = session.scalars(
            select(tables.Registration).where(tables.Registration.checked_in_by.is_not(None))
        ).one()
        change = session.scalars(select(tables.SeminarChange)).one()
        host = session.scalars(select(tables.Host.user_id)).one()
        asked = session.scalars(select(tables.SpeakerQuestion)).one()
        assert {given.user_id} == {*answers, checked.user_id, change.details["who"], asked.user_id}
        assert {host} == {change.actor, checked.checked_in_by}
        assert (4, "", "") == (given.score, given.line, asked.text)
        assert {given.user_id: ["L"]} == answers
        assert ("", "C0TALKS") == (change.details["reason"], change.details["people"][1])


def test_messages_lose_whom_they_went_to_and_what_was_to_be_sent_is_dropped(transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        add_past_seminar(session, workspace_id)
        first = session.scalars(select(tables.Delivery).where(tables.Delivery.kind != "announcement")).first()
        assert first is not None
        first.state, first.sent_channel, first.sent_ts = "done", "D0M00", "1.2"

    forget_all(transaction, workspace_id)

    with transaction() as session:
        rows = session.scalars(select(tables.Delivery).where(tables.Delivery.kind != "announcement")).all()
        assert {"done", "dropped"} == {row.state for row in rows}
        assert {(None, None)} == {(row.sent_channel, row.sent_ts) for row in rows}
        assert [] == [row.target for row in rows if not is_gone(row.target)]
        card = session.scalars(select(tables.Delivery).where(tables.Delivery.kind == "announcement")).one()
        assert "C0TALKS0" == card.target
        assert "announcement" in card.details


def test_a_message_that_is_just_being_sent_is_waited_for(engine: Engine, transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        add_past_seminar(session, workspace_id)
        row = session.scalars(select(tables.Delivery).where(tables.Delivery.target == PEOPLE[0])).first()
        assert row is not None
        row.state, row.leased_until = "sending", LATER
        sending = row.id

    assert [] == forget_all(transaction, workspace_id, limit=100)

    with transaction() as session:
        row = session.get_one(tables.Delivery, sending)
        row.state, row.leased_until = "done", None
    assert [8] == forget_all(transaction, workspace_id, limit=100)
    assert PEOPLE[0] not in everything_stored(engine)


@pytest.mark.parametrize(
    ("days", "now"), [(None, LATER), (30, ENDS + timedelta(days=29)), (365, LATER), (30, NOW)]
)
def test_before_their_time_everybody_is_kept(
    transaction: Transaction, days: int | None, now: datetime
) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        add_past_seminar(session, workspace_id, days=days)

    assert [] == forget_all(transaction, workspace_id, now=now)


def test_another_workspace_keeps_its_names(transaction: Transaction) -> None:
    with transaction() as session:
        forgetting, keeping = add_workspace(session), add_workspace(session, "T0OTHER")
        add_past_seminar(session, forgetting)
        kept = add_past_seminar(session, keeping, days=None)

    forget_all(transaction, forgetting)

    with transaction() as session:
        changes = list_changes(session, kept)
        assert set(PEOPLE) == {change.user_id for change in changes}


def test_what_is_added_later_is_forgotten_under_a_new_number(
    engine: Engine, transaction: Transaction
) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        seminar_id = add_past_seminar(session, workspace_id)
    forget_all(transaction, workspace_id, limit=100)
    with transaction() as session:
        add_change(session, seminar_id, kind="edited", actor="U0LATE", details={}, now=LATER)

    assert [1] == forget_all(transaction, workspace_id)

    with transaction() as session:
        actors = session.scalars(
            select(tables.SeminarChange.actor).order_by(tables.SeminarChange.number)
        ).all()
    assert "gone-9" == actors[-1]
    assert "U0LATE" not in everything_stored(engine)


def test_two_processes_at_once_give_nobody_two_names(engine: Engine, transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        seminar_ids = [add_past_seminar(session, workspace_id) for _ in range(4)]
    barrier = Barrier(2)

    def work() -> None:
        barrier.wait(timeout=10)
        forget_all(transaction, workspace_id, limit=1)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work), pool.submit(work)]:
            done.result(timeout=30)
    forget_all(transaction, workspace_id, limit=1)  # what each left to the other

    assert not [one for one in PEOPLE if one in everything_stored(engine)]
    with transaction() as session:
        names = session.execute(
            select(tables.Registration.seminar_id, func.count()).group_by(tables.Registration.seminar_id)
        ).all()
    assert [(seminar_id, 6) for seminar_id in seminar_ids] == sorted(map(tuple, names))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_seminar_that_another_process_has_locked_is_left_to_it(transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        seminar_id = add_past_seminar(session, workspace_id)

    with transaction() as other:
        lock_seminars(other, [seminar_id])
        assert [] == forget_all(transaction, workspace_id)

    assert [3, 3, 2] == forget_all(transaction, workspace_id)


def test_drafts_last_a_week(transaction: Transaction) -> None:
    with transaction() as session:
        workspace_id = add_workspace(session)
        seminar = add_seminar(session, workspace_id)
        old, young = NOW - timedelta(days=8), NOW - timedelta(days=6)
        own = {"workspace_id": workspace_id, "user_id": "U0ANA", "fields": {}}
        session.add_all(
            [
                tables.Draft(created_at=old, **own),
                tables.Draft(created_at=old, seminar_id=seminar.id, **own),
                tables.Draft(created_at=young, **own),
            ]
        )

    with transaction() as session:
        assert 2 == clean_drafts(session, now=NOW)

    with transaction() as session:
        assert [young] == session.scalars(select(tables.Draft.created_at)).all()
