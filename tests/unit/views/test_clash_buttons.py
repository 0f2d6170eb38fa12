"""The buttons that give back the other seats at the same time."""

from datetime import timedelta

import pytest

from bot.domain.outcomes import AlreadySeated, AlreadyWaitlisted, Outcome, Released, Seated, Waitlisted
from bot.domain.seminar import Seminar
from bot.views.answers import build_answer
from bot.views.home import build_home
from bot.views.home_tab import Held, HomeTab
from bot.views.message import Message
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view

KHORGOS = make_seminar(title="Khorgos")
LONG = "Seas, Steppes and the Long Roads Between Them " * 5


def others(count: int) -> tuple[Seminar, ...]:
    return tuple(make_seminar(id=20 + number, title=f"Talk {number}") for number in range(count))


def answer(outcome: Outcome, clashes: tuple[Seminar, ...], seminar: Seminar = KHORGOS) -> Message:
    message = build_answer(outcome, seminar, NOW, "Australia/Sydney", clashes)
    check_message(message)
    return message


def give_back(blocks: object) -> list[tuple[str, str, str]]:
    """Return each button's label, id and value."""
    return [
        (element["text"]["text"], element["action_id"], element["value"])
        for block in blocks  # type: ignore[attr-defined]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith("give_back_other")
    ]


@pytest.mark.parametrize("outcome", [Seated(3), AlreadySeated(3), Waitlisted(1), AlreadyWaitlisted(2)])
def test_each_clashing_seat_has_a_button_up_to_three(outcome: Outcome) -> None:
    message = answer(outcome, others(4))

    expected = [
        ("Give Back Talk 0", "give_back_other_0", "20"),
        ("Give Back Talk 1", "give_back_other_1", "21"),
        ("Give Back Talk 2", "give_back_other_2", "22"),
    ]
    assert expected == give_back(message.blocks)
    assert "“Talk 3”" in message.text


def test_a_long_title_is_cut_on_the_button() -> None:
    ((label, _, _),) = give_back(answer(Seated(3), (make_seminar(id=20, title=LONG),)).blocks)

    assert "Give Back Seas, Steppes and the Long Roads…" == label


def test_who_gave_one_back_and_keeps_one_is_told_so_and_offered_nothing() -> None:
    message = answer(Released(had_seat=True), others(1))

    said = "You gave back your seat for “Khorgos”. At that time you still have a seat for “Talk 0”."
    assert message.text.startswith(said)
    assert [] == give_back(message.blocks)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=1)])
def test_who_keeps_several_can_give_back_more_also_where_registration_is_closed(ahead: timedelta) -> None:
    closed = make_seminar(title="Khorgos", closes_at=NOW + ahead)

    message = answer(Released(had_seat=True), others(2), closed)

    assert "you still have seats for “Talk 0”, “Talk 1”." in message.text
    assert ["20", "21"] == [value for _, _, value in give_back(message.blocks)]


def test_home_has_the_buttons_at_the_seat() -> None:
    view = build_home(HomeTab(seats=[Held(KHORGOS, clashes=others(4))]), NOW)

    check_view(view)
    assert ["20", "21", "22"] == [value for _, _, value in give_back(view["blocks"])]
