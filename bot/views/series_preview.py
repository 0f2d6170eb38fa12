"""The preview of a series: every seminar that Repeat makes, before one is made, and what was made."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.drafting import MOST_TITLE
from bot.domain.seminar import Seminar
from bot.domain.series import Dates, Planned
from bot.domain.zones import day_and_clock
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.rich import Line, channel, header, labelled, listed, paragraph, strong, words
from bot.views.text import one_line
from bot.views.times import venue_time

_INHERITED = (
    "Speakers, abstract, place, link, seats, reminders, questions and hosts are those of this talk. "
    "Each seminar can be edited afterwards."
)


def build_series_preview(
    seminar: Seminar,
    dates: Dates,
    channel_ids: Sequence[str],
    now: datetime,
    ref: ManageRef,
    *,
    title: str,
    is_changed: bool = False,
) -> dict[str, Any]:
    """Build the list of all that will be made.

    Args:
        seminar: The talk that is repeated.
        dates: What becomes of each day.
        channel_ids: Where each is announced.
        now: The moment that it shows.
        ref: Carries what was typed, and the fingerprint of what is shown.
        title: The title of the series.
        is_changed: Whether something else was shown before.
    """
    count = len(dates.planned)
    blocks: list[Block] = [header(title)]
    if is_changed:
        blocks.append(paragraph([strong(CHANGED_MEANWHILE)]))
    blocks.append(paragraph([strong(f"{_seminars(count)} will be made, like this one:")]))
    blocks.append(paragraph(*(_planned_line(one, seminar, now) for one in dates.planned)))
    places = listed(map(channel, channel_ids))
    rest = [
        labelled("Skipped", [words("; ".join(map(_day, dates.skipped)))]) if dates.skipped else (),
        _missing_line(dates),
        labelled("Not a date of the series, so nothing to skip", [words("; ".join(map(_day, dates.unused)))])
        if dates.unused
        else (),
        labelled("Announced in", places) if places else [words("Announced in no channel.")],
    ]
    blocks.append(paragraph(*rest))
    blocks.append(paragraph([words(_INHERITED)]))
    back = staff_button("Back", Action.SERIES, ManageRef(seminar.id, about=ref.about))
    blocks.append(ActionsBlock(elements=[back]))
    submit = f"Make {count} Seminar{'' if count == 1 else 's'}"
    return staff_modal("Repeat · preview", blocks, ref, Callback.SERIES_PREVIEW, submit=submit)


def series_made(title: str, zone: str, planned: Sequence[Planned], now: datetime) -> str:
    """Say what was made, and when the first of it is announced."""
    first = planned[0].publish_at
    announced = (
        "The first is being announced now."
        if first is None
        else f"The first is announced on {venue_time(first, None, zone, now)}."
    )
    verb = "was" if len(planned) == 1 else "were"
    count = _seminars(len(planned))
    return f"{count} {verb} made in the series “{one_line(title, MOST_TITLE)}”. {announced}"


def _planned_line(one: Planned, seminar: Seminar, now: datetime) -> Line:
    time = venue_time(one.starts_at, one.ends_at, seminar.zone, now)
    announced = (
        "announced at once"
        if one.publish_at is None
        else f"announced {day_and_clock(one.publish_at, seminar.zone, now=now)}"
    )
    return [words(f"{time}; {announced}")]


def _missing_line(dates: Dates) -> Line:
    if not dates.missing:
        return ()
    named = "; ".join(f"{_day(local.date())}, {local:%H:%M}" for local in dates.missing)
    return labelled("Clocks go forward and skip this time, so none is made", [words(named)])


def _seminars(count: int) -> str:
    return f"{count} seminar{'' if count == 1 else 's'}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"
