"""What the announcing form says: titles, hints, choices, and what to mend."""

from collections.abc import Mapping

from bot.domain.draft import Step
from bot.domain.drafting import (
    FURTHEST_POST,
    MOST_CHANNELS,
    MOST_HOSTS,
    MOST_PASSAGE,
    MOST_PLACE,
    MOST_SEATS,
    MOST_SPEAKER,
    MOST_SPEAKERS,
    MOST_TITLE,
    Problem,
)

TITLES: dict[Step, str] = {
    Step.WHAT: "New seminar · 1 of 3",
    Step.WHEN: "New seminar · 2 of 3",
    Step.HOW: "New seminar · 3 of 3",
    Step.MORE: "New seminar · more",
}
PREVIEW_TITLE = "New seminar · preview"
EDIT_TITLES: dict[Step, str] = {
    Step.WHAT: "Edit seminar · 1 of 3",
    Step.WHEN: "Edit seminar · 2 of 3",
    Step.HOW: "Edit seminar · 3 of 3",
    Step.MORE: "Edit seminar · more",
}
EDIT_WORDS_TITLE = "Edit seminar"
EDIT_PREVIEW_TITLE = "Edit seminar · preview"

LABELS: dict[str, str] = {
    "title": "Title",
    "speakers": "Speakers",
    "abstract": "Abstract",
    "bio": "About the speaker",
    "date": "Date",
    "time": "Start",
    "minutes": "Length",
    "zone": "Time zone",
    "place": "Place",
    "online_link": "Online link",
    "seats": "Seats",
    "waitlist": "When every seat is taken",
    "closes": "Registration closes",
    "reminders": "Reminders",
    "channels": "Channels",
    "hosts": "Hosts",
    "opens": "Registration opens",
    "promotion": "When a seat becomes free",
    "late": "Leaving is late from",
    "publish": "Post at",
}

HINTS: dict[str, str] = {
    "speakers": "One a line, as “Name, Affiliation”.",
    "time": "As the clock shows at the venue.",
    "zone": "The venue’s. Search by city or country; readers see the time in their own zone too.",
    "place": "A room, an online link, or both.",
    "seats": "Leave empty for no limit.",
    "reminders": "A direct message to everyone with a seat, before the talk.",
    "channels": "For a private channel, invite me there first.",
    "hosts": "They can manage this seminar, as staff can.",
    "opens": "In your own time zone. Leave empty to open at once.",
    "promotion": "Who is asked first has the seat held until they answer.",
    "late": "Giving a seat back is always possible; from then on it is marked as late.",
    "publish": "In your own time zone. Leave empty to post right after the preview.",
}

CLOSES: dict[str, str] = {
    "start": "When the talk starts",
    "1h": "1 hour before",
    "3h": "3 hours before",
    "1d": "1 day before",
    "2d": "2 days before",
}
REMINDERS: dict[str, str] = {
    "10080": "1 week before",
    "1440": "1 day before",
    "180": "3 hours before",
    "60": "1 hour before",
    "10": "10 minutes before",
}
WAITLIST: dict[str, str] = {"yes": "Keep a waitlist", "no": "Take no more names"}
PROMOTION: dict[str, str] = {
    "automatic": "The first in line gets it at once",
    "ask": "Ask the first in line",
}
LATE: dict[str, str] = {
    "never": "Never",
    "1h": "1 hour before",
    "3h": "3 hours before",
    "1d": "1 day before",
    "2d": "2 days before",
}

PROBLEMS: dict[Problem, str] = {
    Problem.TITLE_MISSING: "Give the seminar a title.",
    Problem.TITLE_LONG: f"Shorten the title to {MOST_TITLE} characters or fewer.",
    Problem.SPEAKERS_MISSING: "Name at least one speaker.",
    Problem.SPEAKERS_MANY: f"Name {MOST_SPEAKERS} speakers or fewer, one a line.",
    Problem.SPEAKER_LONG: f"Keep each line to {MOST_SPEAKER} characters: “Name, Affiliation”.",
    Problem.ABSTRACT_LONG: f"Shorten the abstract to {MOST_PASSAGE:,} characters or fewer.",
    Problem.BIO_LONG: f"Shorten this text to {MOST_PASSAGE:,} characters or fewer.",
    Problem.DATE_WRONG: "Choose the day of the talk.",
    Problem.TIME_WRONG: "Choose when the talk starts.",
    Problem.TIME_PAST: "This moment has passed at the venue. Choose a later date or time.",
    Problem.TIME_FAR: "This is more than five years ahead. Choose an earlier date.",
    Problem.TIME_SKIPPED: "Clocks go forward that day and skip this time. Choose an earlier or later one.",
    Problem.LENGTH_WRONG: "Choose a length between 5 minutes and 24 hours.",
    Problem.ZONE_UNKNOWN: "Choose the venue’s time zone from the list.",
    Problem.PLACE_MISSING: "Say where it is: a place here, or an online link below.",
    Problem.PLACE_LONG: f"Shorten the place to {MOST_PLACE} characters or fewer.",
    Problem.LINK_WRONG: "Give the whole address, beginning with https://",
    Problem.LINK_LONG: "Use a shorter link; this one is too long for Slack.",
    Problem.SEATS_WRONG: f"Enter a whole number from 1 to {MOST_SEATS:,}, or leave it empty for no limit.",
    Problem.CHOICE_MISSING: "Choose one of the answers offered.",
    Problem.CLOSES_PAST: "Registration would be closed already. Choose a time nearer to the start.",
    Problem.CHANNELS_MISSING: "Choose at least one channel to announce it in.",
    Problem.CHANNELS_MANY: f"Choose {MOST_CHANNELS} channels or fewer.",
    Problem.CHANNELS_WRONG: "Choose channels only, no direct messages.",
    Problem.CHANNELS_SHUT: "I cannot post in one of these yet. Invite me with /invite, or choose another.",
    Problem.SLACK_SILENT: "Slack did not answer in time. Nothing you typed is lost; please try again.",
    Problem.HOSTS_MANY: f"Choose {MOST_HOSTS} hosts or fewer.",
    Problem.HOSTS_WRONG: "Choose people of this workspace.",
    Problem.MOMENT_WRONG: "Choose a day and a time, or leave it empty.",
    Problem.OPENS_LATE: "The talk has started by then. Choose an earlier time.",
    Problem.OPENS_CLOSED: "Registration is closed by then. Choose an earlier time.",
    Problem.PUBLISH_PAST: "This moment has passed. Choose a later one, or leave it empty to post now.",
    Problem.PUBLISH_FAR: f"Choose a day within the next {FURTHEST_POST.days} days.",
    Problem.PUBLISH_LATE: "The talk has started by then. Choose an earlier time.",
    Problem.PUBLISH_CLOSED: "Registration is closed by then. Choose an earlier time.",
    Problem.HAS_BEGUN: "The talk has begun, so this stays as it is.",
    Problem.ENDS_PAST: "The talk would be over already. Choose a longer time.",
}


def errors_of(problems: Mapping[str, Problem]) -> dict[str, str]:
    """Return the sentence under each field, by block id, as a ``view_submission`` is answered."""
    return {name: PROBLEMS[problem] for name, problem in problems.items()}
