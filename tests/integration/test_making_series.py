"""Making the later seminars of one that repeats, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.seminar import Seminar, Speaker
from bot.domain.series import Fault, Typed
from bot.services.changing import ChangedMeanwhileError
from bot.services.series import GoesOnElsewhere, Made, SeriesPlan, make_series, plan_series
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError, find_seminars, get_seminar, list_announcements
from bot.storage.staff import find_hosts, list_seminar_changes, set_hosts
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries

SAME = ("title", "abstract", "bio", "zone", "place", "online_link", "capacity", "has_waitlist")
WEEKLY = Typed("weekly", "2", title="Khorgos every week")


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    with transaction() as session:
        return add_seminar(session, add_workspace(session), channels=2).id


def change(session: Session, seminar_id: int, **values: Any) -> None:
    session.execute(update(tables.Seminar).where(tables.Seminar.id == seminar_id).values(**values))


def seen_of(session: Session, seminar_id: int, typed: Typed = WEEKLY) -> str:
    plan = plan_series(session, get_seminar(session, seminar_id, workspace_id=1), typed, now=NOW)
    assert isinstance(plan, SeriesPlan)
    return plan.fingerprint()


def make(
    session: Session, seminar_id: int, typed: Typed = WEEKLY, seen: str | None = None
) -> Made | GoesOnElsewhere:
    return make_series(
        session,
        seminar_id,
        typed,
        seen=seen_of(session, seminar_id, typed) if seen is None else seen,
        workspace_id=1,
        actor="U0STAFF",
        now=NOW,
    )


def later(session: Session, seminar_id: int) -> list[Seminar]:
    ids = session.scalars(select(tables.Seminar.id).where(tables.Seminar.id != seminar_id)).all()
    return sorted(find_seminars(session, ids).values(), key=lambda one: one.starts_at)


def starts(session: Session, seminar_id: int) -> list[str]:
    return [one.starts_local.isoformat(" ", "minutes") for one in later(session, seminar_id)]


def test_they_inherit_what_the_talk_is_and_nothing_of_what_became_of_it(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        change(
            session,
            seminar_id,
            promotion="ask",
            late_minutes=90,
            closes_at=datetime(2020, 8, 7, 0, 0, tzinfo=UTC),
            opens_at=datetime(2020, 8, 1, 1, 0, tzinfo=UTC),
            closed_at=NOW,
            line_stopped_at=NOW,
            check_in_word="kumiss",
            slides_link="https://example.org/slides",
            version=4,
            sequence=2,
        )
        make(session, seminar_id)

    with transaction() as session:
        first, _ = later(session, seminar_id)
        one = get_seminar(session, seminar_id, workspace_id=1)
        same = [*SAME, "reminder_offsets", "promotion", "late", "speakers", "workspace_id", "series_id"]
        assert {name: getattr(one, name) for name in same} == {name: getattr(first, name) for name in same}
        assert first.speakers == (Speaker("Dana Rice", "CAIS"),)
        assert first.closes_at == datetime(2020, 8, 14, 0, 0, tzinfo=UTC)
        assert first.opens_at == datetime(2020, 8, 8, 1, 0, tzinfo=UTC)
        assert (first.closed_at, first.line_stopped_at) == (None, None)
        assert (first.check_in_word, first.slides_link) == ("", "")
        assert (first.version, first.sequence, first.created_by) == (1, 0, "U0STAFF")


def test_hosts_questions_and_channels_come_along(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        set_hosts(session, seminar_id, ["U0HOST", "U0OTHER"])
        session.add(
            tables.Question(
                seminar_id=seminar_id,
                position=1,
                text="Diet?",
                kind="one",
                options=["meat", "none"],
                is_required=True,
            )
        )
        removed = update(tables.Announcement).where(tables.Announcement.channel_id == "C0TALKS1")
        session.execute(removed.values(removed_at=NOW))
        make(session, seminar_id)

    with transaction() as session:
        first, second = later(session, seminar_id)
        assert find_hosts(session, [first.id, second.id]) == {
            first.id: ("U0HOST", "U0OTHER"),
            second.id: ("U0HOST", "U0OTHER"),
        }
        asked = session.scalars(select(tables.Question).where(tables.Question.seminar_id == second.id)).all()
        assert [(one.text, one.options, one.is_required) for one in asked] == [
            ("Diet?", ["meat", "none"], True)
        ]
        announced = list_announcements(session, [first.id, second.id])
        assert [one.channel_id for one in announced] == ["C0TALKS0", "C0TALKS0"]


def test_each_is_announced_and_reminded_of_before_it_starts(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        make(session, seminar_id, Typed("weekly", "1", announce="3d"))

    with transaction() as session:
        (one,) = later(session, seminar_id)
        three_days = one.starts_at - timedelta(days=3)
        assert one.publish_at == three_days
        due = [row.due_at for row in deliveries(session, "announcement") if row.seminar_id == one.id]
        assert due == [three_days, three_days]
        moments = session.scalars(
            select(tables.Moment.due_at)
            .where(tables.Moment.seminar_id == one.id, tables.Moment.kind == "reminder")
            .order_by(tables.Moment.due_at)
        ).all()
        assert moments == [one.starts_at - timedelta(days=1), one.starts_at - timedelta(hours=1)]


def test_the_series_and_the_change_are_recorded(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        made = make(session, seminar_id)

    assert isinstance(made, Made)
    with transaction() as session:
        series = session.scalars(select(tables.Series)).one()
        assert (series.title, series.rule) == ("Khorgos every week", "FREQ=WEEKLY;BYDAY=FR")
        (done,) = list_seminar_changes(session, seminar_id)
        assert (done.kind, done.actor) == ("series", "U0STAFF")
        assert done.details["dates"] == "2020-08-14T11:00:00 2020-08-21T11:00:00"
        (origin,) = list_seminar_changes(session, later(session, seminar_id)[0].id)
        assert (origin.kind, origin.details) == ("series", {"of": seminar_id})


def test_making_it_again_makes_nothing(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        seen = seen_of(session, seminar_id)
        make(session, seminar_id, seen=seen)
        again = make(session, seminar_id, seen=seen)

    assert isinstance(again, GoesOnElsewhere)
    with transaction() as session:
        assert starts(session, seminar_id) == ["2020-08-14 11:00", "2020-08-21 11:00"]
        assert again.belonging.last == later(session, seminar_id)[-1]


def test_two_who_make_it_at_the_same_moment_make_it_once(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        seen = seen_of(session, seminar_id)
    together = Barrier(2)

    def press() -> Made | GoesOnElsewhere:
        together.wait(timeout=10)
        with transaction() as session:
            return make(session, seminar_id, seen=seen)

    with ThreadPoolExecutor(2) as pool:
        presses = [pool.submit(press) for _ in range(2)]
        outcomes = [one.result(timeout=20) for one in presses]

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["GoesOnElsewhere", "Made"]
    with transaction() as session:
        assert starts(session, seminar_id) == ["2020-08-14 11:00", "2020-08-21 11:00"]


def test_more_dates_leave_out_the_days_that_are_there(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        make(session, seminar_id)
        first, last = later(session, seminar_id)
        change(session, last.id, cancelled_at=NOW)
        make(session, first.id, Typed("weekly", "1"))

    with transaction() as session:
        found = later(session, seminar_id)
        assert starts(session, seminar_id) == ["2020-08-14 11:00", "2020-08-21 11:00", "2020-08-28 11:00"]
        assert {one.series_id for one in found} == {found[0].series_id}
        assert session.scalars(select(tables.Series.rule)).all() == ["FREQ=WEEKLY;BYDAY=FR"]


@pytest.mark.parametrize(
    "values",
    [
        {"starts_local": datetime(2020, 8, 6, 11, 0)},  # noqa: DTZ001 - a wall-clock time
        {"closes_at": datetime(2020, 8, 6, 0, 0, tzinfo=UTC)},
        {"cancelled_at": NOW},
    ],
)
def test_a_talk_that_changed_after_the_preview_makes_nothing(
    transaction: Transaction, seminar_id: int, values: dict[str, Any]
) -> None:
    with transaction() as session:
        seen = seen_of(session, seminar_id)
        change(session, seminar_id, **values)

        with pytest.raises(ChangedMeanwhileError):
            make(session, seminar_id, seen=seen)

    with transaction() as session:
        assert starts(session, seminar_id) == []
        assert session.scalars(select(tables.Series)).all() == []


def test_what_cannot_be_is_said_instead_of_planned(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        seminar = get_seminar(session, seminar_id, workspace_id=1)
        plan = plan_series(session, seminar, Typed("weekly", until="2020-08-10"), now=NOW)

    assert not isinstance(plan, SeriesPlan)
    assert [type(one) for one in plan] == [Fault]


def test_another_workspace_makes_no_series(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session, pytest.raises(SeminarNotFoundError):
        make_series(session, seminar_id, WEEKLY, seen="", workspace_id=99, actor="U0STAFF", now=NOW)
