"""Messages of staff: to whom they are promised, and when they are not sent after all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.domain.addressing import Audience, decide_told, list_addressed
from bot.domain.room import Cause, Room, State
from bot.domain.seating import remove_person
from bot.services.changing import ChangedMeanwhileError, look_at_seminar, open_seminar
from bot.services.delivering import Call, Dropped, prepare
from bot.services.registering import settle_rooms
from bot.services.staff_messages import Sent, send_message
from bot.storage import tables
from bot.storage.deliveries import POST
from bot.storage.engine import Transaction
from bot.storage.queue import Claimed
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import list_seminar_changes
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries

STATES = {
    "U0A": State.SEATED,
    "U0B": State.SEATED,
    "U0C": State.OFFERED,
    "U0D": State.WAITLISTED,
    "U0E": State.WAITLISTED,
    "U0F": State.RELEASED,
    "gone-1": State.SEATED,
}


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    """A seminar with somebody in every state."""
    with transaction() as session:
        seminar = add_seminar(session, add_workspace(session))
        room = open_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
        for user_id, state in STATES.items():
            room.set_state(user_id, state, Cause.ADDED, actor="U0ANA")
        settle_rooms(session, {seminar.id: room}, now=NOW)
        return seminar.id


def look(session: Session, seminar_id: int) -> Room:
    return look_at_seminar(session, seminar_id, workspace_id=1)


def send(
    session: Session,
    seminar_id: int,
    to: Audience = Audience.SEATS,
    *,
    text: str = "Hello",
    after: timedelta = timedelta(),
    workspace_id: int = 1,
) -> Sent:
    """Send it as the preview that is shown now would."""
    return send_message(
        session,
        seminar_id,
        workspace_id=workspace_id,
        to=to,
        text=text,
        seen=decide_told(look(session, seminar_id), to).fingerprint(),
        actor="U0ANA",
        now=NOW + after,
    )


def rendered(session: Session) -> list[Call | Dropped]:
    claimed = [
        Claimed(one.id, one.workspace_id, one.kind, POST, one.target, one.seminar_id, one.details, 0, 0)
        for one in deliveries(session, "message")
    ]
    return prepare(session, claimed, now=NOW)


@pytest.mark.parametrize(
    ("to", "people"),
    [
        (Audience.SEATS, ["U0A", "U0B", "U0C"]),
        (Audience.LINE, ["U0D", "U0E"]),
        (Audience.BOTH, ["U0A", "U0B", "U0C", "U0D", "U0E"]),
    ],
)
def test_everybody_whom_it_is_for_gets_it_once(
    transaction: Transaction, seminar_id: int, to: Audience, people: list[str]
) -> None:
    with transaction() as session:
        told = decide_told(look(session, seminar_id), to).told
        sent = send(session, seminar_id, to)

    with transaction() as session:
        assert [one.target for one in deliveries(session, "message")] == people
        assert sent == Sent(len(people))
        assert told == len(people)
        assert list_addressed(look(session, seminar_id), to) == people


def test_what_was_sent_is_recorded_and_is_no_change_of_the_seminar(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        before = look(session, seminar_id).seminar
        send(session, seminar_id)

    with transaction() as session:
        (record,) = list_seminar_changes(session, seminar_id)
        assert (record.kind, record.actor) == ("message", "U0ANA")
        assert record.details == {"to": "seats", "count": 3, "text": "Hello"}
        assert look(session, seminar_id).seminar == before


def test_another_number_of_people_than_was_seen_changes_nothing(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        seen = decide_told(look(session, seminar_id), Audience.LINE).fingerprint()

    with transaction() as session, pytest.raises(ChangedMeanwhileError):
        send_message(
            session,
            seminar_id,
            workspace_id=1,
            to=Audience.SEATS,
            text="Hello",
            seen=seen,
            actor="U0ANA",
            now=NOW,
        )

    with transaction() as session:
        assert deliveries(session, "message") == []
        assert list_seminar_changes(session, seminar_id) == []


def test_the_same_within_a_minute_is_a_repeat_and_after_it_is_meant(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        first = send(session, seminar_id)
        again = send(session, seminar_id, after=timedelta(seconds=59))
        other = send(session, seminar_id, text="Hello!", after=timedelta(seconds=59))
        later = send(session, seminar_id, after=timedelta(seconds=60))

    assert [first, again, other, later] == [Sent(3), Sent(3, is_repeat=True), Sent(3), Sent(3)]
    with transaction() as session:
        assert len(deliveries(session, "message")) == 9


def test_a_form_submitted_twice_at_the_same_moment_is_sent_once(
    transaction: Transaction, seminar_id: int
) -> None:
    def submit() -> Sent:
        with transaction() as session:
            return send(session, seminar_id)

    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            first = send(session, seminar_id)
            second = pool.submit(submit)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)  # it waits until the first is saved or given up

        assert [first, second.result()] == [Sent(3), Sent(3, is_repeat=True)]
    with transaction() as session:
        assert len(deliveries(session, "message")) == 3


def test_who_is_gone_when_it_is_sent_is_left_out(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        send(session, seminar_id)
        room = open_seminar(session, seminar_id, workspace_id=1)
        remove_person(room, "U0B", NOW, actor="U0ANA", reason="")
        settle_rooms(session, {seminar_id: room}, now=NOW)

    with transaction() as session:
        first, gone, last = rendered(session)

    assert isinstance(first, Call)
    assert "Hello" in first.args["text"]
    assert isinstance(gone, Dropped)
    assert gone.reason == "something newer was decided"
    assert isinstance(last, Call)


def test_a_cancelled_seminars_people_can_still_be_written_to(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        session.get_one(tables.Seminar, seminar_id).cancelled_at = NOW
        send(session, seminar_id)

    with transaction() as session:
        assert [type(one) for one in rendered(session)] == [Call, Call, Call]


def test_another_workspaces_seminar_is_refused(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session, pytest.raises(SeminarNotFoundError):
        send(session, seminar_id, workspace_id=2)
