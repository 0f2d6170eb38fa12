"""Seats and the line where waiters are asked first: the seats' machine with answers, time and leavers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import update

from bot.domain.lifecycle import OpenLater
from bot.domain.registering import Wish
from bot.domain.room import State, replay
from bot.domain.seminar import Promotion
from bot.services.changing import save_change
from bot.services.deactivating import free_seats
from bot.services.offering import expire_offers
from bot.storage import tables
from bot.storage.ledger import list_changes
from bot.storage.registrations import find_registrations
from tests.factories import NOW
from tests.property.offers_model import STARTS, AskingModel
from tests.property.test_seats_machine import A_USER, STAFF, USERS, SeatsMachine, shared_engine

ANSWERS = st.lists(
    st.tuples(A_USER, st.sampled_from([Wish.ACCEPT, Wish.REFUSE, Wish.RELEASE])), min_size=1, max_size=4
)
DAY = timedelta(days=1)


@pytest.fixture(scope="module", autouse=True)
def _engine_is_closed() -> Iterator[None]:
    yield
    shared_engine().dispose()
    shared_engine.cache_clear()


class OffersMachine(SeatsMachine):
    """The life of one seminar that asks first, over days; no seat is lost or given twice."""

    model: AskingModel

    @initialize(
        capacity=st.sampled_from([1, 2, 3]),
        has_waitlist=st.just(value=True),
        first=st.lists(A_USER, min_size=4, max_size=7, unique=True),
    )
    def open(self, capacity: int | None, has_waitlist: bool, first: list[str]) -> None:  # noqa: FBT001
        super().open(capacity, has_waitlist, [])
        self.model = AskingModel(capacity, has_waitlist)
        with self.transaction() as session:
            seminar = tables.Seminar
            session.execute(
                update(seminar).where(seminar.id == self.seminar_id).values(promotion=Promotion.ASK)
            )
        # So the run begins with every seat held for somebody, and others in line.
        self.press([(user, Wish.REGISTER) for user in first])
        self.press([(user, wish) for user in first[:capacity] for wish in (Wish.RELEASE, Wish.REGISTER)])

    @rule(answers=ANSWERS)
    def answer(self, answers: list[tuple[str, Wish]]) -> None:
        self.press(answers)

    @precondition(lambda self: self.model.can_end and self.model.opens_at is None)
    @rule(minutes=st.sampled_from([5, 20, 60, 12 * 60, 13 * 60, 36 * 60]))
    def wait(self, minutes: int) -> None:
        """Let time pass, up to a moment before the start, and let the planner do what is due by then."""
        span = min(timedelta(minutes=minutes), STARTS - self.now - timedelta(seconds=1))
        self.model.wait(span)
        self.now += span
        with self.transaction() as session:
            expire_offers(session, now=self.now)

    @precondition(lambda self: self.model.can_end and self.model.opens_at is None)
    @rule(minutes=st.sampled_from([121, 119, 40]))
    def come_near(self, minutes: int) -> None:
        """Go to the last hours, where an offer may still be open and nobody is asked any more."""
        left = STARTS - self.now - timedelta(minutes=minutes)
        self.wait(max(0, int(left.total_seconds() // 60)))

    @rule(hours=st.sampled_from([None, 24]))
    def open_later(self, hours: int | None) -> None:
        opens_at = None if hours is None else self.now + timedelta(hours=hours)
        if opens_at is not None and opens_at >= STARTS:
            return
        if not (self.model.is_cancelled or self.model.has_begun or self.model.is_closed):
            self.model.opens_at = opens_at
        self.take(OpenLater(opens_at))

    @rule(asks=st.booleans())
    def ask_first_or_no_longer(self, asks: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Staff change how waiters get seats; who is asked at that time still is."""
        self.model.asks = asks
        room = self.read_room()
        before = room.seminar
        room.seminar = replace(before, promotion=Promotion.ASK if asks else Promotion.AUTOMATIC)
        with self.transaction() as session:
            save_change(session, room, before, kind="edited", actor=STAFF, details={}, now=self.now)

    @rule(user=A_USER)
    def deactivate(self, user: str) -> None:
        if not self.model.has_begun:
            self.model.remove(user)
        with self.transaction() as session:
            free_seats(session, self.workspace_id, user, now=self.now)

    @invariant()
    def the_table_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        self.steps += 1
        with self.transaction() as session:
            held = find_registrations(session, [(self.seminar_id, user) for user in USERS])
            replayed = replay(list_changes(session, self.seminar_id))
        by_state: dict[State, list[str]] = {state: [] for state in State}
        for (_, user), found in sorted(held.items(), key=lambda one: (one[1].line_key or 0, one[1].change)):
            by_state[found.state].append(user)
        offers = {user: found.offered_until for (_, user), found in held.items() if found.offered_until}
        assert by_state[State.SEATED] == [user for user in self.model.seated if user not in self.model.held]
        assert by_state[State.OFFERED] == [user for user in self.model.seated if user in self.model.held]
        assert by_state[State.WAITLISTED] == self.model.line
        assert offers == self.model.held
        assert {user: (found.state, found.line_key, found.change) for user, found in replayed.items()} == {
            user: (found.state, found.line_key, found.change) for (_, user), found in held.items()
        }

    def teardown(self) -> None:
        """Leave no offer to the clock of the next run, since all runs share one database."""
        if hasattr(self, "model"):
            seminar = tables.Seminar
            with self.transaction() as session:
                session.execute(update(seminar).where(seminar.id == self.seminar_id).values(cancelled_at=NOW))


TestOffers = OffersMachine.TestCase
TestOffers.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
