"""What the preview of an edit says is what then happens, for any edit of any state."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.reminding import MomentKind
from bot.services.announcing import Draft, get_draft, save_draft
from bot.services.delivering import Call, prepare
from bot.services.editing import start_edit
from bot.services.planning_edits import Edit, Effect, plan_edit
from bot.services.registering import Press, register
from bot.services.saving_edits import save_edit
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import open_engine, transactions
from bot.storage.queue import Claimed
from bot.storage.seminars import get_seminar
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace

USERS = [f"U{number}" for number in range(6)]
PRESSES = st.lists(
    st.tuples(st.sampled_from(USERS), st.sampled_from([Wish.REGISTER, Wish.REGISTER, Wish.RELEASE])),
    max_size=12,
)
CHANGES = st.fixed_dictionaries(
    {"place": st.sampled_from(["CAIS Lecture Theatre", "CAIS Lecture Theatre", "Great Hall"])},
    optional={
        "title": st.sampled_from(["Khorgos", "Another title"]),
        "abstract": st.sampled_from(["", "Words."]),
        "date": st.sampled_from(["2020-07-30", "2020-08-06", "2020-08-07", "2020-08-20"]),
        "time": st.sampled_from(["11:00", "15:30", "23:59"]),
        "minutes": st.sampled_from(["90", "30"]),
        "zone": st.sampled_from(["Australia/Sydney", "Australia/Melbourne"]),
        "online_link": st.sampled_from(["", "https://example.org/a", "https://example.org/b"]),
        "closes": st.sampled_from(["start", "1h"]),
        "reminders": st.sampled_from([(), ("60",), ("1440", "60"), ("10080", "10")]),
        "hosts": st.sampled_from([(), ("U0HOST",)]),
        "late": st.sampled_from(["never", "1d"]),
        "promotion": st.sampled_from(["automatic", "ask"]),
    },
)
# Moved back: all of it as the seminar was at first.
AS_IT_WAS = {
    "date": "2020-08-07",
    "time": "11:00",
    "minutes": "90",
    "zone": "Australia/Sydney",
    "place": "CAIS Lecture Theatre",
    "online_link": "",
}
PAUSES = st.sampled_from([0, 30, 119, 120, 300]).map(lambda seconds: timedelta(seconds=seconds))


@contextmanager
def _database() -> Iterator[Session]:
    engine = open_engine("sqlite://")
    tables.Base.metadata.create_all(engine)
    with transactions(engine)() as session:
        yield session
    engine.dispose()


def _open(session: Session, capacity: int | None, count: int) -> tuple[int, list[int]]:
    """Store a series of weekly seminars with that many seats each."""
    workspace_id = add_workspace(session)
    first = datetime(2020, 8, 7, 11, 0)  # noqa: DTZ001 - a wall-clock time
    ids = [
        add_seminar(session, workspace_id, capacity=capacity, starts_local=first + timedelta(weeks=number)).id
        for number in range(count)
    ]
    series = tables.Series(workspace_id=workspace_id, title="x", rule="x", created_by="U0ANA", created_at=NOW)
    session.add(series)
    session.flush()
    session.execute(update(tables.Seminar).values(series_id=series.id))
    session.expire_all()
    return workspace_id, ids


def _press(session: Session, workspace_id: int, ids: list[int], presses: Any, now: datetime) -> None:
    asked = [Press(workspace_id, one, user, wish) for one in ids for user, wish in presses]
    register(session, asked, clock=lambda: now)


def _typed(session: Session, workspace_id: int, seminar_id: int, changes: Any, now: datetime) -> Draft:
    seminar = get_seminar(session, seminar_id, workspace_id=workspace_id)
    draft = start_edit(session, seminar, user_id="U0ANA", now=now)
    fields = replace(draft.fields, **changes)
    save_draft(session, draft.id, fields, workspace_id=workspace_id, user_id="U0ANA")
    return get_draft(session, draft.id, workspace_id=workspace_id, user_id="U0ANA")


def _previewed(session: Session, workspace_id: int, draft: Draft, now: datetime) -> tuple[Effect, ...]:
    found = plan_edit(session, draft, workspace_id=workspace_id, now=now)
    return found.effects(with_later=True) if isinstance(found, Edit) else ()


def _save(session: Session, workspace_id: int, draft: Draft, now: datetime, *, with_later: bool) -> None:
    found = plan_edit(session, draft, workspace_id=workspace_id, now=now)
    seen = found.fingerprint() if isinstance(found, Edit) else ""
    save_edit(
        session, draft, seen=seen, with_later=with_later, workspace_id=workspace_id, actor="U0ANA", now=now
    )


def _send(session: Session, now: datetime) -> None:
    """Keep what is due by then."""
    delivery = tables.Delivery
    session.execute(
        update(delivery).where(delivery.state == "due", delivery.due_at <= now).values(state="done", done=1)
    )
    session.expire_all()


def _sent_to(session: Session, seminar_id: int, at: datetime) -> Counter[str]:
    """Write what is promised of moves by then, as the worker does, and return who gets how many."""
    delivery = tables.Delivery
    rows = session.scalars(
        select(delivery).where(
            delivery.kind == Kind.MOVED, delivery.seminar_id == seminar_id, delivery.state == "due"
        )
    )
    claimed = [
        Claimed(row.id, row.workspace_id, row.kind, row.lane, row.target, seminar_id, row.details, 0, 0)
        for row in rows
    ]
    return Counter(one.target for one in prepare(session, claimed, now=at) if isinstance(one, Call))


def _reminders(session: Session, seminar_id: int) -> dict[int | None, datetime]:
    moment = tables.Moment
    statement = select(moment.offset_minutes, moment.due_at).where(
        moment.seminar_id == seminar_id, moment.kind == MomentKind.REMINDER, moment.done_at.is_(None)
    )
    return {row.offset_minutes: row.due_at for row in session.execute(statement)}


def _count_differences(old: dict[int | None, datetime], new: dict[int | None, datetime]) -> int:
    return sum(1 for minutes in old.keys() | new.keys() if old.get(minutes) != new.get(minutes))


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    capacity=st.sampled_from([None, 1, 3]),
    before=PRESSES,
    first=CHANGES,
    between=PRESSES,
    pause=PAUSES,
    is_sent=st.booleans(),
    second=st.one_of(st.just(AS_IT_WAS), CHANGES),
    with_later=st.booleans(),
)
def test_the_numbers_of_the_preview_are_what_is_sent(
    capacity: int | None,
    before: Any,
    first: Any,
    between: Any,
    pause: timedelta,
    is_sent: bool,  # noqa: FBT001
    second: Any,
    with_later: bool,  # noqa: FBT001
) -> None:
    with _database() as session:
        workspace_id, ids = _open(session, capacity, 3)
        _press(session, workspace_id, ids, before, NOW)
        earlier = _typed(session, workspace_id, ids[0], first, NOW)
        if _previewed(session, workspace_id, earlier, NOW):
            _save(session, workspace_id, earlier, NOW, with_later=True)
        now = NOW + pause
        _send(session, now if is_sent else NOW)
        _press(session, workspace_id, ids, between, now)
        draft = _typed(session, workspace_id, ids[0], second, now)
        found = plan_edit(session, draft, workspace_id=workspace_id, now=now)
        effects = found.effects(with_later=with_later) if isinstance(found, Edit) else ()
        reminders = {one.before.id: _reminders(session, one.before.id) for one in effects}

        event(f"{len(effects)} seminars, move: {any(one.is_move for one in effects)}")
        event(f"silenced: {any(one.told.silenced for one in effects)}")
        if effects:
            _save(session, workspace_id, draft, now, with_later=with_later)

        for one in effects:
            told = Counter([*one.told.seats, *one.told.line])
            silent = {*one.told.silenced} & told.keys()
            changed = _count_differences(reminders[one.before.id], _reminders(session, one.before.id))
            assert not one.is_move or _sent_to(session, one.before.id, now) == told
            assert silent == set()
            assert changed == one.reminders
            consequence = one.consequence
            assert (consequence.told_seats, consequence.told_line) == (
                len(one.told.seats),
                len(one.told.line),
            )
