"""Two of the staff who save at the same moment: neither takes back what the other did."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.seminar import Seminar
from bot.services.announcing import Draft, get_draft, save_draft
from bot.services.changing import ChangedMeanwhileError
from bot.services.editing import start_edit
from bot.services.planning_edits import Edit, plan_edit
from bot.services.registering import Press, register
from bot.services.saving_edits import save_edit
from bot.storage.engine import Transaction
from bot.storage.seminars import get_seminar
from bot.storage.staff import list_seminar_changes
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries


def begin(session: Session, seminar: Seminar, user_id: str, **fields: str) -> tuple[Draft, str]:
    draft = start_edit(session, seminar, user_id=user_id, now=NOW)
    typed = replace(draft.fields, **fields)  # type: ignore[arg-type]  # a test names texts only
    save_draft(session, draft.id, typed, workspace_id=seminar.workspace_id, user_id=user_id)
    draft = get_draft(session, draft.id, workspace_id=seminar.workspace_id, user_id=user_id)
    found = plan_edit(session, draft, workspace_id=seminar.workspace_id, now=NOW)
    assert isinstance(found, Edit)
    return draft, found.fingerprint()


def saver(
    transaction: Transaction, seminar: Seminar, user_id: str, draft: Draft, seen: str, gate: threading.Barrier
) -> Callable[[], bool]:
    """Return what reads the seminar as a press does, waits for the other, and then saves."""

    def run() -> bool:
        gate.wait(timeout=20)
        with transaction() as session:
            get_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
            try:
                save_edit(
                    session,
                    draft,
                    seen=seen,
                    with_later=False,
                    workspace_id=seminar.workspace_id,
                    actor=user_id,
                    now=NOW,
                )
            except ChangedMeanwhileError:
                return False
        return True

    return run


def test_of_two_who_save_at_once_the_second_looks_again(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = add_seminar(session, add_workspace(session))
        ana = begin(session, seminar, "U0ANA", title="Ana’s title")
        ben = begin(session, seminar, "U0BEN", place="Ben’s place")
    gate = threading.Barrier(2)

    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(saver(transaction, seminar, "U0ANA", *ana, gate)),
            pool.submit(saver(transaction, seminar, "U0BEN", *ben, gate)),
        ]
        saved = [one.result(timeout=40) for one in asked]

    with transaction() as session:
        after = get_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
        records = list_seminar_changes(session, seminar.id)
    assert sorted(saved) == [False, True]
    assert (after.version, len(records)) == (seminar.version + 1, 1)
    assert (after.title == "Ana’s title") != (after.place == "Ben’s place")


def test_an_edit_that_was_previewed_before_another_is_another_one_now(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = add_seminar(session, add_workspace(session))
        draft, seen = begin(session, seminar, "U0ANA", title="Ana’s title")
        press = Press(seminar.workspace_id, seminar.id, "U1", Wish.REGISTER)
        register(session, [press], clock=lambda: NOW)
    with transaction() as session:
        moved = get_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
        other, other_seen = begin(session, moved, "U0BEN", place="Ben’s place")
        save_edit(
            session,
            other,
            seen=other_seen,
            with_later=False,
            workspace_id=seminar.workspace_id,
            actor="U0BEN",
            now=NOW + timedelta(seconds=1),
        )
        told = [row.details["place"] for row in deliveries(session, "moved")]

    assert told == ["CAIS Lecture Theatre"]
    with transaction() as session:
        found = plan_edit(session, draft, workspace_id=seminar.workspace_id, now=NOW)
    assert isinstance(found, Edit)
    assert found.fingerprint() != seen
    assert found.this.after.place == "Ben’s place"
