"""Saving an edit on both engines: the record, who is told, and two staff who edit the same seminar."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.drafting import Problem
from bot.domain.seminar import Speaker
from bot.services.announcing import DraftNotFoundError, announce
from bot.services.changing import ChangedMeanwhileError
from bot.services.editing import resolve, start_duplicate
from bot.services.planning_edits import Conflict, Wrong, plan_edit
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import find_hosts, list_seminar_changes
from tests.integration.edit_rows import ANA, BEN, begin, current, open_seminar, preview, save, seat
from tests.integration.rows import NOW, add_workspace, deliveries

MOVED_AT = NOW + timedelta(minutes=1)


def test_a_move_is_written_recorded_and_promised_to_everybody(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session, capacity=1)
        seat(session, seminar, "U1", "U2")
        draft = begin(session, seminar, time="15:00", speakers="Dana Rice, ANU\nLi Wei", hosts=("U0HOST",))

        save(session, seminar, draft)

        moved = current(session, seminar)
        (record,) = list_seminar_changes(session, seminar.id)
        told = deliveries(session, "moved")
        assert (moved.starts_at, moved.ends_at) == (
            seminar.starts_at + timedelta(hours=4),
            seminar.ends_at + timedelta(hours=4),
        )
        assert moved.speakers == (Speaker("Dana Rice", "ANU"), Speaker("Li Wei", ""))
        assert (moved.version, moved.sequence) == (seminar.version + 1, seminar.sequence + 1)
        assert find_hosts(session, [seminar.id])[seminar.id] == ("U0HOST",)
        assert (record.kind, record.actor) == ("moved", ANA)
        assert record.details["old"]["starts_at"] == seminar.starts_at.isoformat()
        assert record.details["new"]["starts_at"] == moved.starts_at.isoformat()
        assert [(row.target, row.due_at) for row in told] == [
            ("U1", NOW + timedelta(minutes=2)),
            ("U2", NOW + timedelta(minutes=2)),
        ]


def test_whoever_joins_after_the_move_is_told_only_of_the_next(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        seat(session, seminar, "U1")
        save(session, seminar, begin(session, seminar, place="Great Hall"))
        seat(session, seminar, "U2", at=MOVED_AT)

        save(session, seminar, begin(session, seminar, place="CAIS Lecture Theatre"), now=MOVED_AT)

        told = {row.target: row.details["place"] for row in deliveries(session, "moved")}
        assert told == {"U1": "CAIS Lecture Theatre", "U2": "Great Hall"}


def test_a_late_edit_whose_notice_is_not_out_yet_adds_none(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        seat(session, seminar, "U1")
        save(session, seminar, begin(session, seminar, place="Great Hall"))

        save(session, seminar, begin(session, seminar, place="Garden"), now=NOW + timedelta(minutes=9))

        assert [row.details["place"] for row in deliveries(session, "moved")] == ["CAIS Lecture Theatre"]


def test_a_changed_link_concerns_those_with_a_seat_only(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session, capacity=1, online_link="https://example.org/a")
        seat(session, seminar, "U1", "U2")

        save(session, seminar, begin(session, seminar, online_link="https://example.org/b"))

        assert [row.target for row in deliveries(session, "moved")] == ["U1"]


def test_what_was_previewed_is_saved_or_nothing_is(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        draft = begin(session, seminar, place="Great Hall")
        seen = preview(session, seminar, draft).fingerprint()
        seat(session, seminar, "U1")

        with pytest.raises(ChangedMeanwhileError):
            save(session, seminar, draft, seen=seen)

        assert current(session, seminar).place == "CAIS Lecture Theatre"


def test_saving_again_changes_nothing(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        draft = begin(session, seminar, place="Great Hall")
        seen = preview(session, seminar, draft).fingerprint()

        first = save(session, seminar, draft, seen=seen)
        second = save(session, seminar, draft, seen=seen)

        assert (len(first.effects), len(second.effects)) == (1, 0)
        assert len(list_seminar_changes(session, seminar.id)) == 1


def test_what_another_changed_is_kept_and_named(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        mine = begin(session, seminar, title="New title")
        save(session, seminar, begin(session, seminar, BEN, place="Great Hall"), BEN)

        shown = preview(session, seminar, mine)
        save(session, seminar, mine)

        after = current(session, seminar)
        assert (shown.others.names, shown.others.actors) == (("place",), (BEN,))
        assert (after.title, after.place) == ("New title", "Great Hall")


@pytest.mark.parametrize(("kept", "title"), [((), "Ben’s"), (("title",), "Ana’s")])
def test_what_both_changed_is_for_the_second_to_choose(
    transaction: Transaction, kept: tuple[str, ...], title: str
) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        mine = begin(session, seminar, title="Ana’s", abstract="Ana’s words")
        save(session, seminar, begin(session, seminar, BEN, title="Ben’s"), BEN)
        conflict = plan_edit(session, mine, workspace_id=seminar.workspace_id, now=NOW)
        assert isinstance(conflict, Conflict)

        resolved = resolve(session, conflict, kept, user_id=ANA)
        save(session, seminar, resolved)

        after = current(session, seminar)
        assert conflict.names == ("title",)
        assert (after.title, after.abstract) == (title, "Ana’s words")


def test_a_draft_that_edits_never_becomes_a_seminar(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        draft = begin(session, seminar)

        with pytest.raises(DraftNotFoundError):
            announce(session, draft.id, workspace_id=seminar.workspace_id, user_id=ANA, now=NOW)


def test_another_workspace_edits_nothing(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        other = add_workspace(session, "T0OTHER")
        draft = begin(session, seminar, place="Great Hall")

        with pytest.raises(SeminarNotFoundError):
            plan_edit(session, draft, workspace_id=other, now=NOW)


def test_a_time_that_clocks_skip_is_refused(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)
        draft = begin(session, seminar, date="2020-10-04", time="02:30")

        found = plan_edit(session, draft, workspace_id=seminar.workspace_id, now=NOW)

        assert isinstance(found, Wrong)
        assert found.problems == {"time": Problem.TIME_SKIPPED}


def test_a_duplicate_has_all_but_the_times(transaction: Transaction) -> None:
    with transaction() as session:
        seminar = open_seminar(session)

        draft = start_duplicate(session, seminar, user_id=ANA, now=NOW)

        fields = draft.fields
        assert (fields.title, fields.channels, fields.seats) == (seminar.title, ("C0TALKS0",), "20")
        assert (fields.date, fields.time, draft.is_edit) == ("", "", False)


def test_the_time_of_posting_can_be_changed_until_it_is_posted(transaction: Transaction) -> None:
    later, soon = NOW + timedelta(days=3), NOW + timedelta(days=1)
    with transaction() as session:
        seminar = open_seminar(session)
        session.execute(update(tables.Seminar).values(publish_at=later))
        session.execute(update(tables.Delivery).values(due_at=later, rank_at=later))
        session.expire_all()

        save(session, seminar, begin(session, seminar, publish=str(int(soon.timestamp()))))

        (card,) = deliveries(session, "announcement")
        assert (current(session, seminar).publish_at, card.due_at) == (soon, soon)
