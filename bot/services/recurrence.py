"""The days of a recurrence rule, by python-dateutil: the one place that knows it."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice

_MOST = 2000  # days looked at: a weekly rule needs that many for 38 years


def list_days(rule: str, first: date) -> Iterator[date]:
    """Return the days of a rule after the first one, in order, as they are asked for.

    Only days are counted, without a zone: the wall-clock time is added by who
    asks, so that a change of clocks moves nothing.

    Args:
        rule: iCalendar's RRULE, such as ``FREQ=WEEKLY;BYDAY=FR``.
        first: The day that the rule starts from; a day of the rule itself.

    Raises:
        ValueError: If the text is no rule.
    """
    from dateutil.rrule import rrulestr  # late: only a series needs it

    start = datetime.combine(first, time())
    days: Iterator[datetime] = islice(rrulestr(rule, dtstart=start), _MOST)
    return (day.date() for day in days if day > start)
