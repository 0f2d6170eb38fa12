"""Editing one of a series and the later ones with it, also over nights in which clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.drafting import Problem
from bot.domain.seminar import Seminar
from bot.storage import tables
from bot.storage.engine import Transaction
from tests.integration.edit_rows import ANA, begin, current, preview, save, seat
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries


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
