"""What the slash command answers: the list of seminars, the help, and whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, RichTextElement

from bot.domain.seminar import Count, Seminar, is_published
from bot.views.facts import compose, seats_text
from bot.views.ids import COMMAND
from bot.views.message import Message, message_of
from bot.views.rich import Line, channel, header, labelled, mention, paragraph, strong, title_of, words
from bot.views.text import TEXT_LIMIT, cut_escaped, end_sentence, one_line
from bot.views.times import venue_time

# A message holds 50 blocks: the header, these, and the line that counts the rest.
_ROWS = 48
_CHANNELS_SHOWN = 5
_TROUBLES_SHOWN = 3
_TROUBLE_LIMIT = 300
_TITLE_LIMIT = 100
_STAFF_SHOWN = 20

# What follows the command in the place of "manage", for one thing at once.
WORDS = (
    "edit",
    "seats",
    "close",
    "reopen",
    "open",
    "cancel",
    "restore",
    "roster",
    "add",
    "message",
    "csv",
    "history",
    "check-in",
    "channels",
    "repeat",
    "duplicate",
    "questions",
    "slides",
    "feedback",
)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One seminar of the list: how it stands, what went wrong, and the channels it is announced in."""

    seminar: Seminar
    count: Count
    troubles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def build_list(rows: Sequence[ListRow], now: datetime) -> Message:
    """Build the list of seminars in the order given; what does not fit is counted."""
    if not rows:
        return compose(
            "There are no seminars yet.",
            (),
            f"Type {COMMAND} new to announce the first one. A form asks what, when and where, "
            "and shows the announcement before it is posted.",
        )
    shown = rows[:_ROWS]
    more = len(rows) - len(shown)
    blocks: list[Block] = [header("Seminars"), *(_row(row, now) for row in shown)]
    if more:
        blocks.append(paragraph([words(f"and {more} more")]))
    told = "; ".join(
        f"{title_of(row.seminar, _TITLE_LIMIT)}, {_time(row, now)}: {seats_text(row.seminar, row.count, now)}"
        for row in shown
    )
    number = f"{len(rows)} seminar{'' if len(rows) == 1 else 's'}"
    return message_of(cut_escaped(f"{number}. {end_sentence(told)}", TEXT_LIMIT), blocks)


def build_help(*, is_staff: bool) -> Message:
    """Build what the command can do for whoever asks."""
    about = "I announce seminars, keep the seats and the waitlist, and remind everybody who has a seat."
    members: list[Line] = [
        labelled("To get a seat", [words("press Register on an announcement. The answer comes at once.")]),
        labelled("To give it back", [words("press Give My Seat Back in the message that confirmed it.")]),
    ]
    members += [
        labelled("To see what is yours", [words("open Home, or press Details on an announcement.")]),
        labelled(f"{COMMAND} my data", [words("shows what I keep about you, and deletes it if you wish.")]),
    ]
    staff: list[Line] = [
        labelled(f"{COMMAND} new", [words("opens a form; text after it fills it in.")]),
        labelled(f"{COMMAND} list", [words("shows the seminars and their seats.")]),
        labelled(f"{COMMAND} manage", [words("and a word of the title: everything about one seminar.")]),
        labelled("The same by a word", [words(f"{', '.join(WORDS)}; each with a word of the title.")]),
        labelled(f"{COMMAND} check", [words("compares what Slack shows with what I know, and mends it.")]),
        labelled(f"{COMMAND} settings", [words("for admins: staff, defaults, how long names are kept.")]),
        labelled(f"{COMMAND} help", [words("shows this.")]),
    ]
    lines = [*staff, *members] if is_staff else members
    told = " ".join("".join(str(getattr(piece, "text", "")) for piece in line) for line in lines)
    return compose(about, lines, facts_text=told)


def build_not_staff(staff_mentions: Sequence[str]) -> Message:
    """Build the answer to somebody who may not do that, naming whom to ask.

    Args:
        staff_mentions: Ids of people and user groups, bare or as Slack writes
            mentions; what is neither is left out.
    """
    said = "Only staff may announce and manage seminars, so nothing was changed."
    people: list[RichTextElement] = []
    for reference in staff_mentions[:_STAFF_SHOWN]:
        if (who := mention(reference)) is not None:
            people += [words(", "), who] if people else [who]
    if not people:
        return compose(said, (), "Please ask a workspace admin.")
    return compose(said, [[words("You can ask "), *people, words(".")]], facts_text="You can ask the staff.")


def _row(row: ListRow, now: datetime) -> Block:
    places: list[RichTextElement] = []
    for channel_id in row.channels[:_CHANNELS_SHOWN]:
        places += [words(", "), channel(channel_id)] if places else [channel(channel_id)]
    more = len(row.channels) - _CHANNELS_SHOWN
    if more > 0:
        places.append(words(f" and {more} more"))
    troubles = [one_line(trouble, _TROUBLE_LIMIT) for trouble in row.troubles[:_TROUBLES_SHOWN]]
    return paragraph(
        [strong(title_of(row.seminar))],
        [words(_time(row, now))],
        [words(seats_text(row.seminar, row.count, now))],
        _announced(row, places, now),
        *(labelled("Needs attention", [words(trouble)]) for trouble in troubles if trouble),
    )


def _announced(row: ListRow, places: Line, now: datetime) -> Line:
    seminar = row.seminar
    if seminar.publish_at is None or is_published(seminar, now):
        return labelled("Announced in", places) if places else ()
    if seminar.cancelled_at is not None:
        return [words("Cancelled before it was announced")]
    said = f"Will be announced {venue_time(seminar.publish_at, None, seminar.zone, now)}"
    return [words(f"{said}, in "), *places] if places else [words(said)]


def _time(row: ListRow, now: datetime) -> str:
    return venue_time(row.seminar.starts_at, row.seminar.ends_at, row.seminar.zone, now)
