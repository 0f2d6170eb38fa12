"""A seminar that is about to be: everything about it but its place in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.seminar import Promotion, Seminar, Speaker


@dataclass(frozen=True, slots=True)
class SeminarPlan:
    """A draft that was found right, read into values that are ready to be stored.

    ``capacity`` None means unlimited; ``closes_at`` None means that registration
    ends when the talk starts, ``opens_at`` None that it opens at once, ``late`` None
    that leaving is never late, ``publish_at`` None that it is announced now.
    """

    title: str
    speakers: tuple[Speaker, ...]
    abstract: str
    bio: str
    starts_local: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    place: str
    online_link: str
    capacity: int | None
    has_waitlist: bool
    closes_at: datetime | None
    reminder_offsets: tuple[timedelta, ...]
    channel_ids: tuple[str, ...]
    opens_at: datetime | None = None
    promotion: Promotion = Promotion.AUTOMATIC
    late: timedelta | None = None
    publish_at: datetime | None = None
    host_ids: tuple[str, ...] = ()

    def as_seminar(self, *, seminar_id: int = 0, workspace_id: int = 0, created_by: str = "") -> Seminar:
        """Return the seminar that this makes; without ids, as a preview shows it."""
        return Seminar(
            id=seminar_id,
            workspace_id=workspace_id,
            title=self.title,
            speakers=self.speakers,
            abstract=self.abstract,
            bio=self.bio,
            starts_local=self.starts_local,
            zone=self.zone,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            place=self.place,
            online_link=self.online_link,
            capacity=self.capacity,
            has_waitlist=self.has_waitlist,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            closed_at=None,
            cancelled_at=None,
            cancel_reason="",
            reminder_offsets=self.reminder_offsets,
            created_by=created_by,
            promotion=self.promotion,
            late=self.late,
            publish_at=self.publish_at,
        )
