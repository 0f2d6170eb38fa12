"""Home at its fullest, and in each of its words."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.seminar import Count, Seminar
from bot.views.coming import COMING_SHOWN
from bot.views.home import build_home
from bot.views.home_tab import FOLLOWED, Coming, Held, HomeTab, Own
from tests.factories import NOW, make_seminar
from tests.payloads import check_view

SYDNEY = "Australia/Sydney"
UNTIL = NOW + timedelta(hours=3)


def some(count: int, first: int = 100, **more: Any) -> list[Seminar]:
    return [
        make_seminar(id=first + number, title=f"Talk {first + number}", **more) for number in range(count)
    ]


def built(**tab: Any) -> dict[str, Any]:
    view = build_home(HomeTab(**({"zone": SYDNEY} | tab)), NOW)
    check_view(view)
    return view


def test_at_its_fullest_it_stays_within_what_slack_shows() -> None:
    clashing = tuple(some(9, first=900))
    view = built(
        seats=[Held(one, clashes=clashing) for one in some(30)],
        line=[Held(one, place=2, clashes=clashing) for one in some(30, first=200)],
        coming=[Coming(one, Count(), "Inner Asia", follows_series=True) for one in some(COMING_SHOWN, 300)],
        page=1,
        has_more=True,
        follows_any=True,
        running=[(one, Count()) for one in some(30, first=400)],
        own=Own(reminders=(timedelta(days=1),), quiet_from="22:00", quiet_until="08:00"),
        is_staff=True,
        has_feed=True,
    )

    assert 80 < len(view["blocks"]) <= 100
    assert "and 18 more; /seminar list shows all" in str(view)
    assert "“Talk 904”, and 4 more" in str(view)


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        ({}, "You have no seat at the moment. Press Register on an announcement, or below, to get one."),
        ({}, "What comes is announced in the channels, and here."),
        ({"is_staff": True}, "Nothing is announced. Type /seminar new to announce a seminar."),
        ({"shows": FOLLOWED}, "Nothing that you follow is coming. Choose Everything to see the rest."),
        ({"page": 2}, "There is nothing later than that."),
        ({"zone": None}, "Your time zone is not known yet; Slack shows the times in yours."),
        ({"own": Own(is_muted=True)}, "You get no reminders. You are still told of moves and cancellations."),
        (
            {"own": Own(reminders=(timedelta(days=7), timedelta(hours=1)))},
            "You added: 1 week before, 1 hour before.",
        ),
        ({"line": [Held(make_seminar(), place=1)]}, "You are first in line."),
        ({"line": [Held(make_seminar(), place=4)]}, "You are number 4 in line."),
        (
            {"line": [Held(make_seminar(), offered_until=UNTIL)]},
            "A seat is held for you until",
        ),
        (
            {"line": [Held(make_seminar(), place=1, clashes=(make_seminar(id=9, title="Rivers"),))]},
            "Also at that time: “Rivers”",
        ),
    ],
)
def test_it_says_how_it_is(tab: dict[str, Any], expected: str) -> None:
    assert expected in str(built(**tab))


def test_only_who_has_a_seat_sees_the_online_link() -> None:
    seminar = make_seminar(online_link="https://meet.example.org/khorgos")

    waiting = built(line=[Held(seminar, place=1)], coming=[Coming(seminar, Count())])
    seated = built(seats=[Held(seminar)])

    assert "meet.example.org" not in str(waiting)
    assert "meet.example.org" in str(seated)
