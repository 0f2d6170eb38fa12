"""Free text becomes a filled form: rules over structure, no network, no model.

Days and hours are read by this package's own grammar. Measured against it,
`dateparser` 1.5 took 0.28 s to import and as long for its first answer,
returned nothing for "16 Uhr c.t.", "noon to 1" and "11am-12.30pm", offered
"2013" and "seven years" as dates of an abstract, and chose silently between
3 November and March 11. A wrong date that looks certain is worse than none.
"""

from bot.drafts.calendars import read_calendar
from bot.drafts.draft import Draft, Speaker
from bot.drafts.reading import read_announcement, read_announcements

__all__ = ["Draft", "Speaker", "read_announcement", "read_announcements", "read_calendar"]
