"""From a draft to a seminar: what is wrong with it, and the plan that it makes.

Every rule of the form is here and pure. What is wrong is named, not worded: the
sentences belong to the views.
"""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from bot.domain.draft import (
    FIELDS_OF_STEP,
    LATE_CHOICES,
    DraftFields,
    Step,
    find_closes,
    find_own_span,
    is_channel_id,
    is_user_id,
    minutes_of,
)
from bot.domain.reminding import REMINDER_CHOICES
from bot.domain.seminar import Promotion, Speaker
from bot.domain.seminar_plan import SeminarPlan
from bot.domain.text import clean_line, clean_passage
from bot.domain.zones import instant_of, is_missing, known_zones

MOST_TITLE = 150  # what Slack's header block holds
MOST_SPEAKERS = 20
MOST_SPEAKER = 200
MOST_PASSAGE = 3000  # what one field of a modal, and one section of a message, holds
MOST_PLACE = 200
MOST_LINK = 2000
MOST_SEATS = 100_000
MOST_CHANNELS = 10
MOST_HOSTS = 20
SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=1)
FURTHEST = timedelta(days=5 * 366)
FURTHEST_POST = timedelta(days=120)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_SECONDS = re.compile(r"[1-9]\d{9}", re.ASCII)  # what Slack's picker takes
_IN_LINKS = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22"})


class Problem(StrEnum):
    """What is wrong with a field."""

    TITLE_MISSING = "title_missing"
    TITLE_LONG = "title_long"
    SPEAKERS_MISSING = "speakers_missing"
    SPEAKERS_MANY = "speakers_many"
    SPEAKER_LONG = "speaker_long"
    ABSTRACT_LONG = "abstract_long"
    BIO_LONG = "bio_long"
    DATE_WRONG = "date_wrong"
    TIME_WRONG = "time_wrong"
    TIME_PAST = "time_past"
    TIME_FAR = "time_far"
    TIME_SKIPPED = "time_skipped"
    LENGTH_WRONG = "length_wrong"
    ZONE_UNKNOWN = "zone_unknown"
    PLACE_MISSING = "place_missing"
    PLACE_LONG = "place_long"
    LINK_WRONG = "link_wrong"
    LINK_LONG = "link_long"
    SEATS_WRONG = "seats_wrong"
    CHOICE_MISSING = "choice_missing"
    CLOSES_PAST = "closes_past"
    CHANNELS_MISSING = "channels_missing"
    CHANNELS_MANY = "channels_many"
    CHANNELS_WRONG = "channels_wrong"
    CHANNELS_SHUT = "channels_shut"
    SLACK_SILENT = "slack_silent"
    HOSTS_MANY = "hosts_many"
    HOSTS_WRONG = "hosts_wrong"
    MOMENT_WRONG = "moment_wrong"
    OPENS_LATE = "opens_late"
    OPENS_CLOSED = "opens_closed"
    PUBLISH_PAST = "publish_past"
    PUBLISH_FAR = "publish_far"
    PUBLISH_LATE = "publish_late"
    PUBLISH_CLOSED = "publish_closed"
    HAS_BEGUN = "has_begun"
    ENDS_PAST = "ends_past"


Problems = dict[str, Problem]


class DraftError(ValueError):
    """The draft cannot become a seminar yet; ``problems`` says why, field by field."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(", ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = problems


def check_what(draft: DraftFields, now: datetime) -> Problems:  # noqa: ARG001 - one shape for all steps
    """Find what is wrong with the step that says what the seminar is."""
    problems: Problems = {}
    title = clean_line(draft.title)
    lines = _speaker_lines(draft)
    if not title:
        problems["title"] = Problem.TITLE_MISSING
    elif len(title) > MOST_TITLE:
        problems["title"] = Problem.TITLE_LONG
    if not lines:
        problems["speakers"] = Problem.SPEAKERS_MISSING
    elif len(lines) > MOST_SPEAKERS:
        problems["speakers"] = Problem.SPEAKERS_MANY
    elif max(map(len, lines)) > MOST_SPEAKER:
        problems["speakers"] = Problem.SPEAKER_LONG
    if len(clean_passage(draft.abstract)) > MOST_PASSAGE:
        problems["abstract"] = Problem.ABSTRACT_LONG
    if len(clean_passage(draft.bio)) > MOST_PASSAGE:
        problems["bio"] = Problem.BIO_LONG
    return problems


def check_when(draft: DraftFields, now: datetime) -> Problems:
    """Find what is wrong with the step that says when and where."""
    problems: Problems = {}
    if find_day(draft) is None:
        problems["date"] = Problem.DATE_WRONG
    if not is_time(draft.time):
        problems["time"] = Problem.TIME_WRONG
    if draft.zone not in known_zones():
        problems["zone"] = Problem.ZONE_UNKNOWN
    if not problems and (problem := _check_start(draft, now)):
        problems["time"] = problem
    if find_length(draft) is None:
        problems["minutes"] = Problem.LENGTH_WRONG
    place, link = clean_line(draft.place), read_link(draft)
    if not place and not link:
        problems["place"] = Problem.PLACE_MISSING
    elif len(place) > MOST_PLACE:
        problems["place"] = Problem.PLACE_LONG
    if len(link) > MOST_LINK:
        problems["online_link"] = Problem.LINK_LONG
    elif link and not _is_web_link(link):
        problems["online_link"] = Problem.LINK_WRONG
    return problems


def check_how(draft: DraftFields, now: datetime) -> Problems:
    """Find what is wrong with the step that says how it runs.

    Whether registration closes ahead of now is judged once the start is right.
    """
    problems: Problems = {}
    seats = draft.seats.strip()
    if seats and not (_NUMBER.fullmatch(seats) and 1 <= int(seats) <= MOST_SEATS):
        problems["seats"] = Problem.SEATS_WRONG
    if draft.waitlist not in {"yes", "no"}:
        problems["waitlist"] = Problem.CHOICE_MISSING
    if find_closes(draft.closes) is None:
        problems["closes"] = Problem.CHOICE_MISSING
    elif (closes_at := _closing_of(draft, now)) and closes_at <= now:
        problems["closes"] = Problem.CLOSES_PAST
    if not set(draft.reminders) <= {minutes_of(offset) for offset in REMINDER_CHOICES}:
        problems["reminders"] = Problem.CHOICE_MISSING
    if not draft.channels:
        problems["channels"] = Problem.CHANNELS_MISSING
    elif len(set(draft.channels)) > MOST_CHANNELS:
        problems["channels"] = Problem.CHANNELS_MANY
    elif not all(map(is_channel_id, draft.channels)):
        problems["channels"] = Problem.CHANNELS_WRONG
    return problems


def check_more(draft: DraftFields, now: datetime) -> Problems:
    """Find what is wrong with the further options; times are judged once the start is right."""
    problems: Problems = {}
    if len(draft.hosts) > MOST_HOSTS:
        problems["hosts"] = Problem.HOSTS_MANY
    elif not all(map(is_user_id, draft.hosts)):
        problems["hosts"] = Problem.HOSTS_WRONG
    if draft.opens and (problem := _check_opens(draft, now)):
        problems["opens"] = problem
    if draft.promotion not in set(Promotion):
        problems["promotion"] = Problem.CHOICE_MISSING
    if draft.late not in LATE_CHOICES and find_own_span(draft.late) is None:
        problems["late"] = Problem.CHOICE_MISSING
    if draft.publish and (problem := _check_publish(draft, now)):
        problems["publish"] = problem
    return problems


def check_draft(draft: DraftFields, now: datetime) -> Problems:
    """Find what is wrong with the whole draft, first step first."""
    return check_what(draft, now) | check_when(draft, now) | check_how(draft, now) | check_more(draft, now)


def first_step_of(problems: Problems) -> Step | None:
    """Return the first step that has something to mend, or None if there is nothing."""
    return next((step for step, names in FIELDS_OF_STEP.items() if problems.keys() & set(names)), None)


def find_day(draft: DraftFields) -> datetime | None:
    """Return midnight of the draft's date, naive, or None if that is no date."""
    if not _DATE.fullmatch(draft.date):
        return None
    try:
        return datetime.fromisoformat(draft.date)
    except ValueError:
        return None


def is_time(text: str) -> bool:
    """Tell whether that is a time of day such as ``09:30``."""
    return _TIME.fullmatch(text) is not None


def find_length(draft: DraftFields) -> timedelta | None:
    """Return the draft's length, or None if it is not one that a talk can have."""
    if not _NUMBER.fullmatch(draft.minutes):
        return None
    length = timedelta(minutes=int(draft.minutes))
    return length if SHORTEST <= length <= LONGEST else None


def find_local(draft: DraftFields) -> datetime | None:
    """Return the draft's start on the venue's clock, naive, or None if it is no time."""
    day = find_day(draft)
    if day is None or not is_time(draft.time):
        return None
    return day.replace(hour=int(draft.time[:2]), minute=int(draft.time[3:]))


def find_moment(seconds: str) -> datetime | None:
    """Return the instant that a picker gave as Unix seconds, None if it is none."""
    return datetime.fromtimestamp(int(seconds), UTC) if _SECONDS.fullmatch(seconds) else None


def find_start(draft: DraftFields, now: datetime) -> datetime | None:
    """Return the UTC instant of the draft's start, or None while the form would refuse it."""
    local = find_local(draft)
    if local is None or draft.zone not in known_zones() or _check_start(draft, now):
        return None
    return instant_of(local, draft.zone)


def read_draft(draft: DraftFields, now: datetime) -> SeminarPlan:
    """Return the plan that a right draft makes.

    Raises:
        DraftError: If anything of it is wrong; ask the ``check_*`` first.
    """
    problems = check_draft(draft, now)
    local, starts_at, length = find_local(draft), find_start(draft, now), find_length(draft)
    if problems or local is None or starts_at is None or length is None:
        raise DraftError(problems)
    before = find_closes(draft.closes)
    return SeminarPlan(
        title=clean_line(draft.title),
        speakers=read_speakers(draft),
        abstract=clean_passage(draft.abstract),
        bio=clean_passage(draft.bio),
        starts_local=local,
        zone=draft.zone,
        starts_at=starts_at,
        ends_at=starts_at + length,
        place=clean_line(draft.place),
        online_link=read_link(draft),
        capacity=int(draft.seats) if draft.seats.strip() else None,
        has_waitlist=draft.waitlist == "yes",
        closes_at=starts_at - before if before else None,
        reminder_offsets=read_reminders(draft),
        channel_ids=tuple(dict.fromkeys(draft.channels)),
        opens_at=find_moment(draft.opens),
        promotion=Promotion(draft.promotion),
        late=read_late(draft),
        publish_at=find_moment(draft.publish),
        host_ids=tuple(sorted(set(draft.hosts))),
    )


def read_speakers(draft: DraftFields) -> tuple[Speaker, ...]:
    """Return the speakers, one a line; the first comma parts a name from where they come from."""
    parts = [line.partition(",") for line in _speaker_lines(draft)]
    return tuple(Speaker(name.strip(), place.strip()) for name, _, place in parts)


def read_reminders(draft: DraftFields) -> tuple[timedelta, ...]:
    """Return how long before the start the reminders are, longest first; what is no number is left out."""
    offsets = {timedelta(minutes=int(one)) for one in draft.reminders if _NUMBER.fullmatch(one)}
    return tuple(sorted(offsets, reverse=True))


def read_late(draft: DraftFields) -> timedelta | None:
    """Return from how long before the start on leaving is late, None if it never is."""
    return LATE_CHOICES.get(draft.late, find_own_span(draft.late))


def _speaker_lines(draft: DraftFields) -> list[str]:
    lines = [clean_line(line).strip(" ,;") for line in clean_passage(draft.speakers).split("\n")]
    return [line for line in lines if line]


def _check_start(draft: DraftFields, now: datetime) -> Problem | None:
    local = find_local(draft)
    if local is None:
        return Problem.TIME_WRONG
    # Compared before the zone is looked at, since the years 1 and 9999 have no instant in every zone.
    wall = now.astimezone(UTC).replace(tzinfo=None)
    if local < wall - timedelta(days=2):
        return Problem.TIME_PAST
    if local > wall + FURTHEST:
        return Problem.TIME_FAR
    if is_missing(local, draft.zone):
        return Problem.TIME_SKIPPED
    return Problem.TIME_PAST if instant_of(local, draft.zone) <= now else None


def _check_opens(draft: DraftFields, now: datetime) -> Problem | None:
    opens_at, starts_at, closes_at = find_moment(draft.opens), find_start(draft, now), _closing_of(draft, now)
    if opens_at is None:
        return Problem.MOMENT_WRONG
    if starts_at is not None and opens_at >= starts_at:
        return Problem.OPENS_LATE
    return Problem.OPENS_CLOSED if closes_at is not None and opens_at >= closes_at else None


def _check_publish(draft: DraftFields, now: datetime) -> Problem | None:
    publish_at, starts_at = find_moment(draft.publish), find_start(draft, now)
    closes_at = _closing_of(draft, now)
    if publish_at is None:
        return Problem.MOMENT_WRONG
    if publish_at <= now:
        return Problem.PUBLISH_PAST
    if starts_at is not None and publish_at >= starts_at:
        return Problem.PUBLISH_LATE
    if publish_at > now + FURTHEST_POST:
        return Problem.PUBLISH_FAR
    return Problem.PUBLISH_CLOSED if closes_at is not None and publish_at >= closes_at else None


def _closing_of(draft: DraftFields, now: datetime) -> datetime | None:
    starts_at, before = find_start(draft, now), find_closes(draft.closes)
    return None if starts_at is None or before is None else starts_at - before


def read_link(draft: DraftFields) -> str:
    """Return the online link without what would break a message."""
    return clean_line(draft.online_link).translate(_IN_LINKS)


def _is_web_link(link: str) -> bool:
    try:
        parts = urlsplit(link)
        # A name before the host would make one address look like another.
        has_host = bool(parts.hostname) and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and has_host and " " not in link
