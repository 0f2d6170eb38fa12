"""Waiters who never got a seat hear of the next of the series; on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.reminding import Skip
from bot.services.my_data import forget_person
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from tests.integration.aftercare_scene import DAY, ENDS, HOUR, STARTS, WEEK, AfterScene, open_talk
from tests.integration.rows import NOW

SECOND = timedelta(seconds=1)


@pytest.fixture
def talk(transaction: Transaction) -> AfterScene:
    """A talk for two in a series, for which U3 waits."""
    scene = open_talk(transaction)
    scene.make_series()
    with transaction() as session:
        session.execute(update(tables.Announcement).values(is_private=False))
    return scene


def add_next(talk: AfterScene, weeks: int = 1, **values: object) -> int:
    return talk.add(
        starts_at=STARTS + weeks * WEEK,
        ends_at=ENDS + weeks * WEEK,
        series_id=talk.seminar().series_id,
        title=f"Week {weeks}",
        **values,
    )


def test_waiters_hear_at_the_end_of_the_next_that_is_announced_already(talk: AfterScene) -> None:
    following = add_next(talk)
    talk.tick(ENDS - SECOND)
    assert [] == talk.told(Kind.NEXT)

    talk.tick(ENDS)
    talk.tick(ENDS + DAY)

    assert ["U3"] == talk.told(Kind.NEXT)
    assert [{"after": talk.seminar_id}] == talk.details(Kind.NEXT)
    (said,) = talk.texts(Kind.NEXT, at=ENDS)
    assert "There was no seat for you at “Khorgos”" in said
    assert "“Week 1”" in said
    talk.register("U3", seminar_id=following, at=ENDS)


def test_a_waiter_who_was_forgotten_hears_nothing(talk: AfterScene) -> None:
    talk.tick(ENDS)
    with talk.transaction() as session:
        forget_person(session, talk.workspace_id, "U3", now=ENDS)
    add_next(talk, publish_at=ENDS + DAY)

    talk.tick(ENDS + DAY)

    assert [] == talk.told(Kind.NEXT)


def test_waiters_hear_an_hour_before_it_is_announced(talk: AfterScene) -> None:
    add_next(talk, publish_at=ENDS + DAY)
    talk.tick(ENDS)
    talk.tick(ENDS + DAY - HOUR - SECOND)
    assert [] == talk.told(Kind.NEXT)

    talk.tick(ENDS + DAY - HOUR)

    assert ["U3"] == talk.told(Kind.NEXT)


def test_waiters_hear_at_once_of_one_that_is_announced_after_the_talk(talk: AfterScene) -> None:
    talk.tick(ENDS)
    following = add_next(talk)
    talk.plan_anew(following, at=ENDS + HOUR)

    talk.tick(ENDS + HOUR)

    assert ["U3"] == talk.told(Kind.NEXT)


def test_an_announcement_that_was_put_off_puts_off_the_word(talk: AfterScene) -> None:
    following = add_next(talk, publish_at=ENDS + DAY)
    talk.set(following, publish_at=ENDS + 2 * DAY)

    talk.tick(ENDS + DAY)
    early = talk.told(Kind.NEXT)
    talk.tick(ENDS + 2 * DAY - HOUR)

    assert ([], ["U3"]) == (early, talk.told(Kind.NEXT))


def test_only_the_next_is_told_of_and_a_cancelled_one_is_passed_over(talk: AfterScene) -> None:
    add_next(talk, 1, cancelled_at=NOW)
    second = add_next(talk, 2)
    add_next(talk, 3)

    talk.tick(ENDS)

    with talk.transaction() as session:
        row = tables.Delivery
        assert [second] == [one.seminar_id for one in session.query(row).where(row.kind == Kind.NEXT)]


def test_without_a_series_nobody_hears_of_anything(talk: AfterScene) -> None:
    add_next(talk)
    talk.set(series_id=None)

    talk.tick(ENDS)

    assert [] == talk.told(Kind.NEXT)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"cancelled_at": ENDS}, Skip.CANCELLED),
        ({"closed_at": ENDS}, Skip.CLOSED),
        ({"starts_at": ENDS}, Skip.AFTER_START),
    ],
    ids=["cancelled", "closed", "begun"],
)
def test_what_cannot_be_registered_for_is_not_told(
    talk: AfterScene, values: dict[str, object], reason: Skip
) -> None:
    following = add_next(talk)
    talk.tick(ENDS)
    talk.set(following, **values)

    assert [reason] == talk.texts(Kind.NEXT, at=ENDS)


def test_who_has_registered_for_it_meanwhile_is_not_told(talk: AfterScene) -> None:
    following = add_next(talk)
    talk.tick(ENDS)
    talk.register("U3", seminar_id=following, at=ENDS)

    assert [Skip.SUPERSEDED] == talk.texts(Kind.NEXT, at=ENDS)


@pytest.mark.parametrize(
    ("channel_id", "is_private", "is_told"),
    [
        ("C0TALKS0", True, True),
        ("C0HIDDEN", True, False),
        ("C0HIDDEN", None, False),
        ("C0OTHER", False, True),
    ],
    ids=["the same private one", "another private one", "nobody knows", "a public one"],
)
def test_nobody_hears_of_what_they_may_not_read(
    talk: AfterScene, channel_id: str, *, is_private: bool | None, is_told: bool
) -> None:
    following, row = add_next(talk), tables.Announcement
    with talk.transaction() as session:
        session.execute(
            update(row)
            .where(row.seminar_id == following)
            .values(channel_id=channel_id, is_private=is_private)
        )
    talk.tick(ENDS)

    (said,) = talk.texts(Kind.NEXT, at=ENDS)

    assert is_told == ("Week 1" in said)
    assert is_told or said == Skip.UNSEEN
