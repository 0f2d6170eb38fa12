"""The ids that tie what we send to the listener that answers it.

They are a promise too: a button posted today must be understood for ever, so
an id is never reused for another meaning.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """``action_id`` of buttons and fields that answer at once."""

    REGISTER = "register"
    RELEASE = "release"
    CONFIRM = "confirm"
    DETAILS = "details"
    CALENDAR = "calendar"
    ONLINE_LINK = "online_link"
    NEW_SEMINAR = "new_seminar"
    FORM_BACK = "form_back"
    PREVIEW = "preview"
    ZONE_OPTIONS = "zone_options"

    # Staff's work on one seminar: what opens a modal, and what is done at once in one.
    MANAGE = "manage"
    EDIT = "edit"
    DUPLICATE = "duplicate"
    FORM_MORE = "form_more"
    SEATS = "seats"
    CLOSE = "close"
    REOPEN = "reopen"
    OPEN_LATER = "open_later"
    CANCEL = "cancel"
    RESTORE = "restore"
    ROSTER = "roster"
    ROSTER_PAGE = "roster_page"
    ROSTER_SEARCH = "roster_search"
    PERSON = "person"
    PERSON_SEAT = "person_seat"
    PERSON_MOVE = "person_move"
    PERSON_REMOVE = "person_remove"
    PERSON_HISTORY = "person_history"
    ADD_PERSON = "add_person"
    EXPORT = "export"
    MESSAGE = "message"
    HISTORY = "history"
    HISTORY_PAGE = "history_page"
    WHY = "why"
    CHECK_IN = "check_in"
    CHECK_IN_PERSON = "check_in_person"
    CHECK_OUT_PERSON = "check_out_person"
    CHECK_IN_SELF = "check_in_self"
    WALK_IN = "walk_in"
    GIVE_UNCLAIMED = "give_unclaimed"
    HERE = "here"
    CHANNELS = "channels"
    SERIES = "series"
    QUESTIONS = "questions"
    QUESTION_EDIT = "question_edit"
    QUESTION_REMOVE = "question_remove"
    QUESTION_UP = "question_up"
    ANSWER = "answer"
    CHECK = "check"
    SETTINGS = "settings"

    # What members do for themselves.
    ACCEPT = "accept"
    REFUSE = "refuse"
    PREFERENCES = "preferences"
    HOME_PAGE = "home_page"
    HOME_FILTER = "home_filter"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    FEED = "feed"
    FEED_REVOKE = "feed_revoke"
    MATERIALS = "materials"
    FEEDBACK = "feedback"
    FEEDBACK_RESULTS = "feedback_results"
    ASK_SPEAKER = "ask_speaker"
    SPEAKER_QUESTIONS = "speaker_questions"
    VOTE = "vote"
    UNVOTE = "unvote"
    GIVE_BACK_OTHER = "give_back_other"
    PASTE = "paste"
    MY_DATA_DELETE = "my_data_delete"


class Callback(StrEnum):
    """``callback_id`` of modals."""

    FORM_WHAT = "form_what"
    FORM_WHEN = "form_when"
    FORM_HOW = "form_how"
    FORM_PREVIEW = "form_preview"
    DETAILS = "details"
    FORM_MORE = "form_more"
    FORM_EDIT = "form_edit"
    FORM_CONFLICT = "form_conflict"
    MANAGE = "manage"
    SEATS = "seats"
    SEATS_PREVIEW = "seats_preview"
    CLOSE = "close"
    REOPEN = "reopen"
    OPEN_LATER = "open_later"
    CANCEL = "cancel"
    CANCEL_PREVIEW = "cancel_preview"
    RESTORE = "restore"
    ROSTER = "roster"
    PERSON = "person"
    PERSON_SEAT = "person_seat"
    PERSON_MOVE = "person_move"
    PERSON_REMOVE = "person_remove"
    ADD_PERSON = "add_person"
    MESSAGE = "message"
    MESSAGE_PREVIEW = "message_preview"
    HISTORY = "history"
    CHECK_IN = "check_in"
    CHECK_IN_SELF = "check_in_self"
    WALK_IN = "walk_in"
    GIVE_UNCLAIMED = "give_unclaimed"
    CHANNELS = "channels"
    CHANNELS_PREVIEW = "channels_preview"
    SERIES = "series"
    SERIES_PREVIEW = "series_preview"
    QUESTIONS = "questions"
    QUESTION_EDIT = "question_edit"
    ANSWER = "answer"
    CHECK = "check"
    SETTINGS = "settings"
    PREFERENCES = "preferences"
    MATERIALS = "materials"
    FEEDBACK = "feedback"
    ASK_SPEAKER = "ask_speaker"
    SPEAKER_QUESTIONS = "speaker_questions"
    PASTE = "paste"
    HOME = "home"
    SAID = "said"


class Shortcut(StrEnum):
    """``callback_id`` of shortcuts."""

    TURN_INTO_SEMINAR = "turn_into_seminar"


COMMAND = "/seminar"

_CHANNEL = re.compile(r"[A-Z0-9]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SeminarRef:
    """What a button about a seminar carries in its ``value``."""

    seminar_id: int

    def to_value(self) -> str:
        """Write it as a button's value."""
        return str(self.seminar_id)


def parse_seminar_ref(value: object) -> SeminarRef | None:
    """Read a button's value; None if it is not one of ours."""
    text = value if isinstance(value, str) else ""
    is_id = text.isascii() and text.isdigit() and len(text) < 16  # noqa: PLR2004 - below 2**53
    return SeminarRef(int(text)) if is_id else None


@dataclass(frozen=True, slots=True)
class ManageRef:
    """What staff's buttons and modals carry: the seminar, perhaps a person in it, and what was seen.

    ``page`` is the page of a list, 0 first. ``about`` is a column's own short word or
    id. ``seen`` is the fingerprint of the consequence that a preview showed.
    """

    seminar_id: int
    user_id: str = ""
    page: int = 0
    about: str = ""
    seen: str = ""

    def to_value(self) -> str:
        """Write it as a button's value or a view's metadata, without the empty fields at its end."""
        fields = (str(self.seminar_id), self.user_id, str(self.page or ""), self.about, self.seen)
        return "|".join(field.replace("|", " ") for field in fields).rstrip("|")


def parse_manage_ref(value: object) -> ManageRef | None:
    """Read a staff button's value or a view's ``private_metadata``; None if it is not one of ours."""
    fields = (value if isinstance(value, str) else "").split("|")
    ref = parse_seminar_ref(fields[0])
    if ref is None or len(fields) > 5:  # noqa: PLR2004 - the fields of ManageRef
        return None
    user_id, page, about, seen = (*fields[1:], "", "", "", "")[:4]
    number = parse_seminar_ref(page)
    is_user = user_id == "" or _CHANNEL.fullmatch(user_id) is not None
    return ManageRef(
        ref.seminar_id, user_id if is_user else "", number.seminar_id if number else 0, about, seen
    )


@dataclass(frozen=True, slots=True)
class FormRef:
    """What a form carries in its ``private_metadata``: its draft, and where the command was typed."""

    draft_id: int
    channel_id: str = ""

    def to_metadata(self) -> str:
        """Write it as a view's ``private_metadata``."""
        return f"{self.draft_id} {self.channel_id}".rstrip()


def parse_form_ref(metadata: object) -> FormRef | None:
    """Read a view's ``private_metadata``; None if it is not one of ours."""
    number, _, channel_id = (metadata if isinstance(metadata, str) else "").partition(" ")
    ref = parse_seminar_ref(number)
    is_id = _CHANNEL.fullmatch(channel_id) is not None
    return FormRef(ref.seminar_id, channel_id if is_id else "") if ref else None


def preview_action(index: int) -> str:
    """Return the ``action_id`` of a preview's button, which only looks like the real one."""
    return f"{Action.PREVIEW}_{index}"


PREVIEW_ACTIONS = re.compile(rf"^{Action.PREVIEW}_\d+$")
