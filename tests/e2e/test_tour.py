"""The tour: the whole story on the stand-in, told by the bot's own command."""

import io

import pytest
from rich.console import Console

from bot.demo import khorgos, tour


async def test_the_tour_ends_well_and_shows_the_messages_as_text() -> None:
    printed = io.StringIO()

    code = await tour.play(Console(file=printed, width=400))

    assert code == 0, printed.getvalue()
    assert "Full: 3 waiting" in printed.getvalue()
    assert "A seat became free, and it is yours" in printed.getvalue()
    assert "Friday 7 August, 07:00–08:30 your time (UTC+6)" in printed.getvalue()


async def test_the_tour_says_which_step_is_not_as_it_should_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(khorgos.HOW, "seats", "19")
    printed = io.StringIO()

    code = await tour.play(Console(file=printed, width=400))

    assert code == 1
    assert "The tour stopped: the card does not show 20 free seats" in printed.getvalue()
