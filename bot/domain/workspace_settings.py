"""What admins set for all seminars of their workspace."""

from dataclasses import dataclass, field, fields, replace

from bot.domain.reminding import DEFAULT_REMINDERS

MOST_PEOPLE = 50
MOST_GROUPS = 20
RETENTION_CHOICES = (30, 90, 365, 1095)  # days; none of them means for ever


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What is set for a workspace; two are equal where the same is set, whatever their versions.

    Attributes:
        people: Whom admins made staff.
        groups: Which user groups they made staff.
        zone: The zone a new seminar begins with; None leaves it to each person's own.
        reminders: The minutes before the start at which a new seminar reminds, furthest first.
        channels: Where a new seminar is announced that is begun in no channel.
        retention_days: How long names are kept after a seminar; None is for ever.
        version: Counts what was saved, so that two who change it at once notice.
    """

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    zone: str | None = None
    reminders: tuple[int, ...] = tuple(int(offset.total_seconds()) // 60 for offset in DEFAULT_REMINDERS)
    channels: tuple[str, ...] = ()
    retention_days: int | None = None
    version: int = field(default=1, compare=False)


SETTING_NAMES = tuple(one.name for one in fields(WorkspaceSettings) if one.compare)


def list_differences(before: WorkspaceSettings, after: WorkspaceSettings) -> tuple[str, ...]:
    """Return the names of what is set otherwise."""
    return tuple(name for name in SETTING_NAMES if getattr(before, name) != getattr(after, name))


def merge_settings(
    base: WorkspaceSettings, typed: WorkspaceSettings, current: WorkspaceSettings
) -> WorkspaceSettings:
    """Return what is set now, with what somebody changed who began from ``base``."""
    return replace(current, **{name: getattr(typed, name) for name in list_differences(base, typed)})
