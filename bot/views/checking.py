"""What `/seminar check` answers: what was looked at, what was found, and what was done about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, RichTextElement

from bot.domain.checking import NEEDS_CHANNEL, Finding, Found
from bot.domain.seminar import Seminar
from bot.views.facts import compose
from bot.views.ids import COMMAND, Action, ManageRef
from bot.views.manage import staff_button
from bot.views.message import Message, message_of
from bot.views.reasons import explain_refusal
from bot.views.rich import Line, buttons, channel, header, mention, paragraph, strong, title_of, words
from bot.views.text import TEXT_LIMIT, cut_escaped, end_sentence, one_line

_SHOWN = 20  # seminars; each takes two blocks of a message's fifty
_LINES_SHOWN = 12
_PEOPLE_SHOWN = 5
_TITLE_LIMIT = 100
_REASON_LIMIT = 200

# What is said of a card; the channel stands in the braces.
_CARDS: dict[Found, str] = {
    Found.CARD_DELETED: "The announcement in {} was deleted. I am posting it again.",
    Found.CARD_DELETED_AT_THE_END: (
        "The announcement in {} was deleted. The talk is over or cancelled, so I leave it."
    ),
    Found.CARD_FROZEN: (
        "The announcement in {} can be changed no longer, since the workspace allows that only for a while. "
        "I am posting it again; the old one stays as it is."
    ),
    Found.CARD_OLD: "The announcement in {} showed an old state. I am drawing it again.",
    Found.CARD_REFUSED: "Slack had refused the announcement in {}. I am trying again.",
    Found.CARD_UNPROMISED: "The announcement in {} was never promised. I am posting it.",
    Found.CARD_DOUBTFUL: (
        "Slack’s answer about the announcement in {} was lost twice, so it may be there or not. Please look. "
        "If it is not there, remove the channel and add it again."
    ),
    Found.CARD_NOT_KNOWN: (
        "Slack did not say whether the announcement in {} is there. Please check again in a while."
    ),
    Found.CHANNEL_ARCHIVED: (
        "The channel {} is archived, so the announcement there stands still. Choose another channel, "
        "or unarchive it."
    ),
    Found.CHANNEL_GONE: (
        "I cannot see the channel {}: it was deleted, or it is private and I am not in it. "
        "Choose another channel, or invite me there with /invite."
    ),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one seminar."""

    seminar: Seminar
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """How much was looked at; ``unasked`` counts the announcements that Slack was not asked about."""

    seminars: int
    cards: int
    promises: int
    unasked: int = 0


def build_checking(seminars: int) -> Message:
    """Build the first word: that it is looked at, since the answer takes a while."""
    return compose(f"Checking {_count(seminars, 'seminar')}. This takes a moment.", ())


def build_nothing_to_check(about: str) -> Message:
    """Build the answer where no seminar is meant."""
    if about.strip():
        return compose("I found no seminar of that name to check.", (), f"Try {COMMAND} list.")
    return compose("There are no seminars to check.", ())


def build_check_progress(asked: int, cards: int) -> Message:
    """Build the word in between: how far it is."""
    return compose(f"I have asked Slack about {asked} of {_count(cards, 'announcement')}, and go on.", ())


def build_check_report(reports: Sequence[Report], looked: Looked) -> Message:
    """Build the answer: a seminar in which nothing was found is only counted."""
    found = [one for one in reports if one.findings]
    counted = f"{_count(looked.seminars, 'seminar')}, {_count(looked.cards, 'announcement')}, "
    counted += f"{_count(looked.promises, 'promise')} looked at."
    left = (
        f"Slack was not asked about {_count(looked.unasked, 'more announcement')}. "
        f"Type {COMMAND} check and a word of a title to look at those."
        if looked.unasked
        else ""
    )
    if not found:
        return compose(f"Everything is as it should be: {counted}", (), left)
    blocks: list[Block] = [header("Check")]
    for one in found[:_SHOWN]:
        blocks += _blocks_of(one)
    rest = [f"And {_count(len(found) - _SHOWN, 'more seminar')}."] if len(found) > _SHOWN else []
    ending = " ".join([*rest, counted, *filter(None, [left])])
    blocks.append(paragraph([words(ending)]))
    told = " ".join(f"{title_of(one.seminar, _TITLE_LIMIT)}: {_text_of(one)}" for one in found[:_SHOWN])
    return message_of(cut_escaped(f"{told} {ending}", TEXT_LIMIT), blocks)


def _blocks_of(report: Report) -> list[Block]:
    lines = [_line(one) for one in report.findings[:_LINES_SHOWN]]
    more = len(report.findings) - _LINES_SHOWN
    if more > 0:
        lines.append([words(f"And {more} more.")])
    needs_channel = any(one.what in NEEDS_CHANNEL for one in report.findings)
    aim = f"Channels of {title_of(report.seminar)}"
    elements = (
        [staff_button("Channels", Action.CHANNELS, ManageRef(report.seminar.id), aim=aim)]
        if needs_channel
        else []
    )
    return [paragraph([strong(title_of(report.seminar))], *lines), *buttons(elements)]


def _line(finding: Finding) -> Line:
    """Return what was found and done, with the channel and the people as Slack shows them."""
    if finding.what in _CARDS:
        before, after = _CARDS[finding.what].split("{}")
        pieces = [words(before), channel(finding.channel_id), words(after)]
        if finding.what is Found.CARD_REFUSED and finding.reason:
            pieces.append(words(f" {explain_refusal(finding.reason)}"))
        return pieces
    return [words(_SENTENCES[finding.what](finding)), *_people(finding)]


def _text_of(report: Report) -> str:
    return " ".join(_as_text(one) for one in report.findings[:_LINES_SHOWN])


def _as_text(finding: Finding) -> str:
    if finding.what in _CARDS:
        return _CARDS[finding.what].format("a channel")
    return _SENTENCES[finding.what](finding)


def _people(finding: Finding) -> list[RichTextElement]:
    pieces: list[RichTextElement] = []
    shown = [who for one in finding.people if (who := mention(one)) is not None][:_PEOPLE_SHOWN]
    for who in shown:
        pieces += [words(", " if pieces else " Of: "), who]
    more = len(finding.people) - len(shown)
    if pieces:
        pieces.append(words(f" and {more} more." if more else "."))
    return pieces


def _missing_moments(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'reminder or other moment')} {_was(finding)} missing. I planned them anew."
    )


def _wrong_moments(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'reminder or other moment')} {_was(finding)} planned that should not be. "
        "I planned them anew."
    )


def _late_moments(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'reminder or other moment')} {_is(finding)} overdue. They are taken up as "
        "soon as the app gets to it. If this stays, tell whoever runs it."
    )


def _missing_promises(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'member')} had not been told of their seat or place. I am telling them now."
    )


def _lost_promises(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'member')} {_was(finding)} never told of their seat or place, more than a "
        "day ago, so I told them nothing. Please tell them yourself."
    )


def _late_promises(finding: Finding) -> str:
    why = end_sentence(one_line(finding.reason, _REASON_LIMIT)) if finding.reason else ""
    said = f"{_count(finding.count, 'message')} {_has(finding)} been waiting for more than ten minutes."
    return f"{said} Why: {why}" if why else f"{said} If this stays, tell whoever runs the app."


def _moot_promises(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'overdue reminder')} {_is(finding)} for members without a seat. "
        "Nobody gets them."
    )


def _left_leases(finding: Finding) -> str:
    said = f"{_count(finding.count, 'message')} {_was(finding)} held by a part of the app that has ended."
    return f"{said} I took them back."


def _differing_seats(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'seat or place')} {_is(finding)} not as the history has it. I changed "
        "nothing. Please look at the roster and the history."
    )


def _seats_over(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'seat')} more {_is(finding)} taken than there are, and not by what staff "
        "did. I changed nothing. Please look at the roster."
    )


def _unserved_line(finding: Finding) -> str:
    return (
        f"{_count(finding.count, 'seat')} stood free while members waited. I gave them to the next in line."
    )


_SENTENCES = {
    Found.MOMENTS_MISSING: _missing_moments,
    Found.MOMENTS_WRONG: _wrong_moments,
    Found.MOMENTS_LATE: _late_moments,
    Found.PROMISES_MISSING: _missing_promises,
    Found.PROMISES_LOST: _lost_promises,
    Found.PROMISES_LATE: _late_promises,
    Found.PROMISES_MOOT: _moot_promises,
    Found.LEASES_LEFT: _left_leases,
    Found.SEATS_DIFFER: _differing_seats,
    Found.SEATS_OVER: _seats_over,
    Found.LINE_UNSERVED: _unserved_line,
}


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {_PLURALS.get(noun, f'{noun}s')}"


_PLURALS = {"reminder or other moment": "reminders or other moments", "seat or place": "seats or places"}


def _was(finding: Finding) -> str:
    return "was" if finding.count == 1 else "were"


def _is(finding: Finding) -> str:
    return "is" if finding.count == 1 else "are"


def _has(finding: Finding) -> str:
    return "has" if finding.count == 1 else "have"
