"""Saving an edit on both engines: the record, two staff at once, series, nights of a change of clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.drafting import Problem
from bot.domain.registering import Wish
from bot.domain.seminar import Seminar, Speaker
from bot.services.announcing import Draft, DraftNotFoundError, announce, get_draft, save_draft
from bot.services.changing import ChangedMeanwhileError
from bot.services.editing import (
    Conflict,
    Edit,
    Wrong,
    plan_edit,
    resolve,
    start_duplicate,
    start_edit,
)
from bot.services.registering import Press, register
from bot.services.saving_edits import Saved, save_edit
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.storage.staff import find_hosts, list_seminar_changes
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries

ANA, BEN = "U0ANA", "U0BEN"
MOVED_AT = NOW + timedelta(minutes=1)


def open_seminar(session: Session, **overrides: Any) -> Seminar:
    return add_seminar(session, add_workspace(session), **overrides)


def seat(session: Session, seminar: Seminar, *people: str, at: datetime = NOW) -> None:
    presses = [Press(seminar.workspace_id, seminar.id, one, Wish.REGISTER) for one in people]
    register(session, presses, clock=lambda: at)


def type_in(session: Session, draft: Draft, user_id: str = ANA, **fields: Any) -> Draft:
    """Keep what somebody typed into a draft."""
    workspace_id = session.scalars(select(tables.Draft.workspace_id).where(tables.Draft.id == draft.id)).one()
    typed = replace(draft.fields, **fields)
    save_draft(session, draft.id, typed, workspace_id=workspace_id, user_id=user_id)
    return get_draft(session, draft.id, workspace_id=workspace_id, user_id=user_id)


def begin(session: Session, seminar: Seminar, user_id: str = ANA, **fields: Any) -> Draft:
    current = get_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
    return type_in(session, start_edit(session, current, user_id=user_id, now=NOW), user_id, **fields)


def preview(session: Session, seminar: Seminar, draft: Draft, now: datetime = NOW) -> Edit:
    found = plan_edit(session, draft, workspace_id=seminar.workspace_id, now=now)
    assert isinstance(found, Edit)
    return found


def save(
    session: Session,
    seminar: Seminar,
    draft: Draft,
    user_id: str = ANA,
    *,
    now: datetime = NOW,
    with_later: bool = False,
    seen: str | None = None,
) -> Saved:
    return save_edit(
        session,
        draft,
        seen=preview(session, seminar, draft, now).fingerprint() if seen is None else seen,
        with_later=with_later,
        workspace_id=seminar.workspace_id,
        actor=user_id,
        now=now,
    )


def current(session: Session, seminar: Seminar) -> Seminar:
    return get_seminar(session, seminar.id, workspace_id=seminar.workspace_id)


def make_series(session: Session, count: int = 3, **overrides: Any) -> list[Seminar]:
    workspace_id = add_workspace(session)
    first = overrides.pop("starts_local", datetime(2020, 8, 7, 11, 0))  # noqa: DTZ001
    made = [
        add_seminar(session, workspace_id, starts_local=first + timedelta(weeks=number), **overrides)
        for number in range(count)
    ]
    row = tables.Series(workspace_id=workspace_id, title="x", rule="x", created_by=ANA, created_at=NOW)
    session.add(row)
    session.flush()
    session.execute(update(tables.Seminar).values(series_id=row.id))
    session.expire_all()
    return [current(session, one) for one in made]


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


def test_a_move_over_a_change_of_clocks_keeps_the_clock_of_each_talk(transaction: Transaction) -> None:
    with transaction() as session:
        first, second, third = make_series(session, starts_local=datetime(2020, 9, 25, 11, 0))  # noqa: DTZ001
        draft = begin(session, first, date="2020-09-26", time="09:00", title="Moved")

        save(session, first, draft, with_later=True)

        moved = [current(session, one) for one in (first, second, third)]
        assert [one.starts_at for one in moved] == [
            datetime(2020, 9, 25, 23, 0, tzinfo=UTC),
            datetime(2020, 10, 2, 23, 0, tzinfo=UTC),
            datetime(2020, 10, 9, 22, 0, tzinfo=UTC),
        ]
        assert {one.title for one in moved} == {"Moved"}


def test_the_later_ones_are_told_each_and_this_one_alone_leaves_them(transaction: Transaction) -> None:
    with transaction() as session:
        series = make_series(session)
        seat(session, series[0], "U1")
        seat(session, series[2], "U1", "U2")
        draft = begin(session, series[1], place="Great Hall")
        shown = preview(session, series[1], draft)

        save(session, series[1], draft, with_later=True)

        assert [len(one.told.seats) for one in shown.effects(with_later=True)] == [0, 2]
        assert [(row.seminar_id, row.target) for row in deliveries(session, "moved")] == [
            (series[2].id, "U1"),
            (series[2].id, "U2"),
        ]
        assert current(session, series[0]).place == "CAIS Lecture Theatre"


def test_a_later_one_that_clocks_skip_leaves_all_later_ones_and_says_why(transaction: Transaction) -> None:
    with transaction() as session:
        first, second = make_series(session, 2, starts_local=datetime(2020, 9, 27, 11, 0))  # noqa: DTZ001
        draft = begin(session, first, time="02:30")

        shown = preview(session, first, draft)

        assert shown.later == ()
        assert shown.cannot is not None
        assert (shown.cannot[0].id, shown.cannot[1:]) == (second.id, ("time", Problem.TIME_SKIPPED))


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
