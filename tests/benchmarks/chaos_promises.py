"""What became of the promises: compared with what the stand-in for Slack was really sent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bot.domain.reminding import MomentKind, Skip
from bot.domain.room import Registration, State
from bot.domain.seminar import Seminar
from bot.playground.world import Call
from bot.storage import tables
from bot.storage.deliveries import FILE, POST, Kind

# Somebody whose press was being saved when a reminder's moment came may be on either side of it.
_SURELY_BEFORE = timedelta(seconds=0.1)

# A delivery forgets its doubts once it is done, so each is written down by the database when it arises.
_RECORD_DOUBTS = (
    """CREATE TABLE chaos_doubt (
        delivery_id bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp()
    )""",
    """CREATE FUNCTION chaos_note_doubt() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO chaos_doubt (delivery_id) VALUES (NEW.id); RETURN NULL; END $$""",
    """CREATE TRIGGER chaos_doubt AFTER UPDATE ON delivery FOR EACH ROW
    WHEN (NEW.doubts > OLD.doubts) EXECUTE FUNCTION chaos_note_doubt()""",
)


@dataclass
class Kept:
    """How the promises were kept.

    Attributes:
        sent_twice: Messages that nobody promised, and that no lost answer explains.
        doubtful: Messages whose answer was lost, so that they may have been sent once more.
        unknown: Promises given up after two lost answers.
        told_twice: Promises beyond the first for one reminder of one member.
        lost: Promises that were broken, and people who were not told what they are owed.
        problems: What is wrong, in words.
    """

    lost: int = 0
    sent_twice: int = 0
    doubtful: int = 0
    unknown: int = 0
    told_twice: int = 0
    problems: list[str] = field(default_factory=list)

    def miss(self, problem: str) -> None:
        """Note one promise that was broken."""
        self.lost += 1
        self.problems.append(problem)


@dataclass(frozen=True)
class _Doubt:
    title: str
    promised_at: datetime


def record_doubts(engine: Engine) -> None:
    """Have the database write down each call whose answer was lost."""
    with engine.begin() as connection:
        for statement in _RECORD_DOUBTS:
            connection.execute(text(statement))


def count_open(session: Session, *, until: datetime) -> int:
    """Count what is still to be done: promises, and moments that come before a time."""
    delivery, moment = tables.Delivery, tables.Moment
    promises = select(delivery.id).where(delivery.state.in_(("due", "sending")))
    moments = select(moment.id).where(moment.done_at.is_(None), moment.due_at <= until)
    return len(session.scalars(promises).all()) + len(session.scalars(moments).all())


def examine(
    session: Session,
    calls: Iterable[Call],
    seminars: dict[int, Seminar],
    held: dict[int, dict[str, Registration]],
    *,
    until: datetime,
) -> Kept:
    """Compare what was promised with what the stand-in was sent, and with what each member is owed."""
    kept = Kept()
    promised = list(session.scalars(select(tables.Delivery).order_by(tables.Delivery.id)))
    posts = {
        (str(call.response["channel"]), str(call.response["ts"])): call
        for call in calls
        if call.method == POST and call.is_ok and call.response
    }
    _check_ends(promised, posts, kept)
    _check_posts(session, promised, posts, seminars, kept)
    _check_decisions(promised, held, kept)
    _check_reminders(session, promised, seminars, kept, until=until)
    return kept


def channel_of(target: str) -> str:
    """Return the stand-in's channel that a promise's target stands for."""
    return f"D{target[1:]}" if target.startswith("U") else target


def _check_ends(promised: list[tables.Delivery], posts: dict[tuple[str, str], Call], kept: Kept) -> None:
    for one in promised:
        name = f"promise {one.key}"
        if one.state in ("due", "sending"):
            kept.miss(f"{name} was not kept: {one.state}, {one.reason or 'no reason'}")
        elif one.state != "done" and not one.reason:
            kept.miss(f"{name} is {one.state} without a reason")
        elif one.state == "refused":
            kept.miss(f"{name} was refused: {one.reason}")
        elif one.lane == FILE:
            continue  # a file has no message of its own to be found by
        elif one.state == "done" and (one.sent_channel or "", one.sent_ts or "") not in posts:
            kept.miss(f"{name} is done and was never sent")
        kept.unknown += one.state == "unknown"


def _check_posts(
    session: Session,
    promised: list[tables.Delivery],
    posts: dict[tuple[str, str], Call],
    seminars: dict[int, Seminar],
    kept: Kept,
) -> None:
    """Find the promise of each message; one without must be one whose answer was lost."""
    by_id = {one.id: one for one in promised}
    doubts: dict[str, list[_Doubt]] = defaultdict(list)
    for delivery_id in session.scalars(text("SELECT delivery_id FROM chaos_doubt ORDER BY at")):
        one = by_id[delivery_id]
        channel = channel_of(one.target)
        doubts[channel].append(_Doubt(seminars[one.seminar_id or 0].title, one.created_at))
    sent = {(one.sent_channel, one.sent_ts) for one in promised if one.sent_ts}
    for (channel, ts), call in posts.items():
        if (channel, ts) in sent:
            continue
        about = str(call.args.get("text"))
        # A call that the bot gave up may still have been accepted after that.
        causes = [doubt for doubt in doubts[channel] if doubt.title in about and doubt.promised_at <= call.at]
        if causes:
            doubts[channel].remove(causes[0])
            kept.doubtful += 1
        else:
            kept.sent_twice += 1
            kept.problems.append(f"a message in {channel} belongs to no promise: {about[:90]}")


def _check_decisions(
    promised: list[tables.Delivery], held: dict[int, dict[str, Registration]], kept: Kept
) -> None:
    """See that everybody was told of the last change of their seat or place."""
    told = {
        (one.seminar_id, one.target, one.details["change"])
        for one in promised
        if one.kind in (Kind.CONFIRMATION, Kind.PROMOTION) and one.state in ("done", "unknown")
    }
    for seminar_id, registrations in held.items():
        for user_id, registration in registrations.items():
            is_owed = registration.state in (State.SEATED, State.WAITLISTED)
            if is_owed and (seminar_id, user_id, registration.change) not in told:
                kept.miss(f"{user_id} was not told that they are {registration.state}")


def _check_reminders(
    session: Session,
    promised: list[tables.Delivery],
    seminars: dict[int, Seminar],
    kept: Kept,
    *,
    until: datetime,
) -> None:
    """See that who had a seat when a reminder's moment came was reminded, and nobody twice."""
    reminders: dict[tuple[int | None, str, int, str], list[tables.Delivery]] = defaultdict(list)
    for one in promised:
        if one.kind == Kind.REMINDER:
            identity = (one.seminar_id, one.target, one.details["minutes"], one.details["starts_at"])
            reminders[identity].append(one)
            if one.state == "dropped" and one.reason not in (Skip.NOT_SEATED, Skip.JOINED_LATER):
                kept.miss(f"promise {one.key} was dropped: {one.reason}")
    kept.told_twice = sum(len(same) - 1 for same in reminders.values())
    moment, row = tables.Moment, tables.Registration
    come = select(moment).where(moment.kind == MomentKind.REMINDER, moment.due_at <= until)
    for passed in session.scalars(come).all():
        seminar_id, start = passed.seminar_id, seminars[passed.seminar_id].starts_at.isoformat()
        seated = session.scalars(
            select(row.user_id).where(
                row.seminar_id == seminar_id,
                row.state == State.SEATED,
                row.changed_at <= passed.due_at - _SURELY_BEFORE,
            )
        )
        for user_id in seated:
            same = reminders.get((seminar_id, user_id, passed.offset_minutes or 0, start), [])
            if not any(reminder.state in ("done", "unknown") for reminder in same):
                kept.miss(f"{user_id} was not reminded of seminar {seminar_id}")
