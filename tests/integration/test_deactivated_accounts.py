"""Deactivated accounts free their seats: told by Slack, or found by asking once a day; on both engines."""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.registering import Wish
from bot.domain.room import Room
from bot.services import deactivating, registering
from bot.services.deactivating import ask_anew, free_seats
from bot.services.workspaces import note_person
from bot.slack.errors import Accepted
from bot.slack.gateway import open_session
from bot.storage import ledger, seminars, tables
from bot.storage.engine import Transaction, transactions
from bot.storage.ledger import write_changes
from bot.storage.members import note_members
from bot.worker.facts import FactsFinder
from bot.worker.housekeeping import Housekeeper
from tests.factories import NOW, make_seminar
from tests.integration.offer_stage import Asking
from tests.integration.test_facts import SlackOfPeople

STARTS = make_seminar().starts_at
DAY = timedelta(days=1)


@pytest.fixture
def stage(transaction: Transaction) -> Asking:
    """Return a seminar that seats automatically: U1 has the seat, U2, U3 and U4 wait."""
    return Asking(transaction, promotion="automatic")


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def free(stage: Asking, user_id: str) -> int:
    with stage.transaction() as session:
        return free_seats(session, stage.workspace_id, user_id, now=NOW)


def note(stage: Asking, *, deleted: bool, said_at: timedelta = timedelta(0)) -> bool:
    with stage.transaction() as session:
        return note_person(
            session,
            stage.workspace_id,
            {"id": "U1", "deleted": deleted, "tz": "UTC"},
            default_zone="UTC",
            said_at=NOW + said_at,
            now=NOW,
        )


def unknown(stage: Asking) -> list[str]:
    member = tables.Member
    with stage.transaction() as session:
        found = session.scalars(select(member.user_id).where(member.fetched_at.is_(None)))
        return sorted(found)


def test_its_seat_goes_to_the_next_and_it_gets_no_message(stage: Asking) -> None:
    before = stage.promised()

    assert free(stage, "U1") == 1

    assert {"U2": "seated", "U3": "waitlisted", "U4": "waitlisted"} == stage.states()
    assert [("U1", "released: deactivated", None), ("U2", "seated: promoted", None)] == stage.changes()[-2:]
    assert {("promotion", "U2"): 1} == stage.promised() - before
    assert free(stage, "U1") == 0


def test_its_place_in_line_is_gone(stage: Asking) -> None:
    free(stage, "U3")

    assert {"U1": "seated", "U2": "waitlisted", "U4": "waitlisted"} == stage.states()


def test_a_seat_that_was_held_for_it_is_held_for_the_next(transaction: Transaction) -> None:
    stage = Asking(transaction)
    stage.press("U1", Wish.RELEASE)

    free(stage, "U2")

    assert {"U3": "offered", "U4": "waitlisted"} == stage.states()


def test_it_leaves_every_seminar_that_is_ahead_and_none_that_was(stage: Asking) -> None:
    other, past = stage.add(), stage.add(starts_at=NOW + timedelta(hours=1))
    for seminar_id in (other, past):
        stage.press("U1", Wish.REGISTER, seminar_id=seminar_id)
    with stage.transaction() as session:
        stage.write(session, past, starts_at=NOW - timedelta(hours=1))

    assert free(stage, "U1") == 2

    assert ({}, {"U1": "seated"}) == (stage.states(other), stage.states(past))


def test_the_same_id_in_another_workspace_keeps_its_seat(stage: Asking) -> None:
    with stage.transaction() as session:
        assert free_seats(session, stage.workspace_id + 1, "U1", now=NOW) == 0

    assert stage.states()["U1"] == "seated"


def test_slack_tells_of_it_once_or_twice_and_the_seat_is_free(stage: Asking) -> None:
    assert [True, False] == [note(stage, deleted=True) for _ in range(2)]

    assert "U1" not in stage.states()


def test_who_is_activated_again_has_nothing_back(stage: Asking) -> None:
    note(stage, deleted=True)
    note(stage, deleted=False, said_at=DAY)

    assert "U1" not in stage.states()


def test_old_news_of_somebody_frees_nothing_until_they_are_asked_about(stage: Asking) -> None:
    stage.know("U1", at=NOW)

    assert not note(stage, deleted=True, said_at=-DAY)

    assert stage.states()["U1"] == "seated"
    assert "U1" in unknown(stage)


class TurnIsOverError(Exception):
    """The finder has asked about everybody once."""


async def test_what_slack_says_when_asked_frees_the_seat_as_well(
    stage: Asking, reading: Transaction, executor: ThreadPoolExecutor
) -> None:
    freed: list[str] = []
    with stage.transaction() as writing:
        note_members(writing, [(stage.workspace_id, user_id) for user_id in stage.states()])

    async def stop(_seconds: float) -> None:
        raise TurnIsOverError

    async with open_session() as session:
        finder = FactsFinder(
            transaction=stage.transaction,
            reading=reading,
            gateway=SlackOfPeople(session, {"T0CAIS": Accepted({"ok": True, "user": {"deleted": True}})}),
            token_of=lambda team_id: team_id,
            clock=Clock(anchor=NOW),
            executor=executor,
            default_zone="UTC",
            sleep=stop,
            on_freed=lambda: freed.append("told"),
        )
        with pytest.raises(TurnIsOverError):
            await finder.run()

    assert ({}, 4) == (stage.states(), len(freed))


def test_once_a_day_those_in_a_seminar_ahead_are_asked_about_anew(stage: Asking) -> None:
    for user, at in (("U1", NOW - DAY), ("U2", NOW - DAY + timedelta(seconds=1)), ("U3", NOW - DAY)):
        stage.know(user, at=at)
    stage.know("U4", at=NOW - DAY)
    stage.press("U4", Wish.RELEASE)

    with stage.transaction() as session:
        asked = [ask_anew(session, now=NOW, limit=1) for _ in range(3)]

    assert [1, 1, 0] == asked
    assert ["U1", "U3"] == unknown(stage)


def test_nobody_is_asked_about_for_a_talk_that_has_begun(stage: Asking) -> None:
    stage.know("U1", at=NOW)

    with stage.transaction() as session:
        assert ask_anew(session, now=STARTS + DAY, limit=10) == 0


async def test_the_hourly_work_asks_anew_however_many_there_are(
    stage: Asking, reading: Transaction, executor: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in ("U1", "U2", "U3"):
        stage.know(user, at=NOW - DAY)
    monkeypatch.setattr("bot.worker.housekeeping._PEOPLE_AT_ONCE", 2)
    keeper = Housekeeper(
        transaction=stage.transaction, reading=reading, clock=Clock(anchor=NOW), executor=executor
    )

    await keeper.tidy()

    assert {"U1", "U2", "U3"} <= set(unknown(stage))


def test_a_waiter_who_is_known_to_be_deactivated_is_passed_over(stage: Asking) -> None:
    for user in ("U2", "U3"):
        stage.know(user, is_deactivated=True)

    stage.press("U1", Wish.RELEASE)

    assert {"U4": "seated"} == stage.states()
    assert stage.promised()["promotion", "U2"] == 0


def _race(stage: Asking, transaction: Transaction) -> list[str]:
    """Deactivate who has the seat while the first in line leaves; return what was lost."""
    together, lost = threading.Barrier(2), []

    def leave(session: Session) -> None:
        press = registering.Press(stage.workspace_id, stage.seminar_id, "U2", Wish.RELEASE)
        registering.register(session, [press], clock=lambda: NOW)

    def deactivate(session: Session) -> None:
        free_seats(session, stage.workspace_id, "U1", now=NOW)

    def work(name: str) -> None:
        together.wait(timeout=10)
        try:
            with transaction() as session:
                {"leave": leave, "deactivate": deactivate}[name](session)
        except DBAPIError:
            lost.append(name)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["leave", "deactivate"]))
    return lost


def test_a_waiter_who_leaves_as_the_seat_becomes_free_leaves_it_to_the_next(
    stage: Asking, transaction: Transaction
) -> None:
    assert [] == _race(stage, transaction)

    assert {"U3": "seated", "U4": "waitlisted"} == stage.states()


def test_without_the_lock_one_of_the_two_is_lost(
    engine: Engine, stage: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: both read before either writes, so the ledger's key lets only one of them through."""
    together = threading.Barrier(2)

    def write_together(session: Session, rooms: Mapping[int, Room], now: datetime) -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=5)
        write_changes(session, rooms, now)

    monkeypatch.setattr(ledger, "write_changes", write_together)
    monkeypatch.setattr(seminars, "lock_seminars", seminars.find_seminars)
    monkeypatch.setattr(deactivating, "lock_seminars", seminars.find_seminars)

    assert 1 == len(_race(stage, transactions(engine, is_reading=True)))
