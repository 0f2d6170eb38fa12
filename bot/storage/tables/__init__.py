"""The tables. What must never be false is a named constraint here.

A registration's key is the pair it ties together, and a row of the ledger is
numbered within its seminar under the seminar's lock. So a batch of clicks is
written without asking the database for new ids.
"""

from bot.storage.tables.base import Base
from bot.storage.tables.people import Member, Preference, StaffGrant, Workspace
from bot.storage.tables.promises import Delivery, Lane, Moment
from bot.storage.tables.registrations import Answer, Feedback, Registration, SeatChange
from bot.storage.tables.seminars import (
    Announcement,
    Draft,
    Host,
    Question,
    Seminar,
    SeminarChange,
    Series,
    Speaker,
    SpeakerQuestion,
    Vote,
)

__all__ = [
    "Announcement",
    "Answer",
    "Base",
    "Delivery",
    "Draft",
    "Feedback",
    "Host",
    "Lane",
    "Member",
    "Moment",
    "Preference",
    "Question",
    "Registration",
    "SeatChange",
    "Seminar",
    "SeminarChange",
    "Series",
    "Speaker",
    "SpeakerQuestion",
    "StaffGrant",
    "Vote",
    "Workspace",
]
