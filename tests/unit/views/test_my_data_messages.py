"""What a person reads of their data: always a message that Slack takes."""

from dataclasses import replace

import pytest

from bot.domain.room import State
from bot.views.my_data import Held, MyData, build_data_help, build_deleted, build_deletion, build_my_data
from tests.factories import NOW, make_seminar
from tests.payloads import check_message

NOTHING = MyData((), 0, 0, 0, 0, 0, None, has_choices=False, is_granted=False)
HELD = Held(make_seminar(), State.SEATED)
ALL = MyData([HELD], 2, 3, 1, 1, 1, "Asia/Almaty", has_choices=True, is_granted=True)
MANY = replace(
    ALL, held=[Held(make_seminar(title="<!channel> " + "x" * 3000), state) for state in State] * 20
)


@pytest.mark.parametrize("data", [NOTHING, ALL, MANY])
def test_every_message_is_one_that_slack_takes(data: MyData) -> None:
    check_message(build_my_data(data, NOW))
    check_message(build_deletion(data, 3))


def test_what_is_kept_is_listed() -> None:
    shown = str(build_my_data(ALL, NOW).blocks)

    expected = ("Khorgos", "a seat", "Almaty", "an admin made you staff", "quiet hours")
    assert [] == [words for words in expected if words not in shown]


def test_who_has_nothing_is_told_so() -> None:
    assert "Nothing is kept about you here." == build_my_data(NOTHING, NOW).text


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0, 0, 0), "No seats and places given back; your name left no seminars."),
        ((1, 1, 0), "1 seat or place given back; your name left 1 seminar."),
        ((2, 5, 1), "2 seats and places given back; your name left 5 seminars."),
    ],
)
def test_what_became_of_a_deletion_is_counted(numbers: tuple[int, int, int], said: str) -> None:
    message = build_deleted(*numbers)

    check_message(message)
    assert said in message.text


def test_the_help_names_both_words() -> None:
    message = build_data_help()

    check_message(message)
    assert "/seminar my data delete" in message.text


def test_who_is_still_being_written_to_is_asked_to_come_again() -> None:
    message = build_deleted(0, 0, 1, waiting=1)

    check_message(message)
    assert "Something is still being sent to you." in message.text
