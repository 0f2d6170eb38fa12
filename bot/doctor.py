"""``seminar-bot doctor``: looks at everything the bot needs, and says what to mend."""

import asyncio
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.domain.zones import find_zone
from bot.settings import Settings
from bot.slack.checks import Check, check_app_token, check_bot_token
from bot.slack.gateway import SlackGateway, open_session
from bot.storage.engine import cause_of, open_engine
from bot.storage.revisions import NEWER_SCHEMA, current_revision, is_known, newest_revision

_CLOCK_TOLERANCE = timedelta(seconds=60)  # Slack refuses signatures that are 5 minutes off


async def examine(settings: Settings) -> list[Check]:
    """Check tokens, scopes, database, migrations, clock and zones; changes nothing."""
    checks = [Check("settings", ok=False, sentence=sentence) for sentence in settings.missing_to_run()]
    async with open_session() as session:
        gateway = SlackGateway(session, api_url=settings.slack_api_url)
        checks += await _check_slack(gateway, settings)
        checks.append(await _check_clock(session, settings))
    checks += await asyncio.to_thread(_check_database, settings)
    checks.append(_check_zones(settings))
    return checks


async def _check_slack(gateway: SlackGateway, settings: Settings) -> list[Check]:
    checks: list[Check] = []
    if settings.slack_bot_token is not None:
        report = await check_bot_token(
            gateway,
            settings.slack_bot_token.get_secret_value(),
            needs_user_groups=bool(settings.staff.group_ids),
        )
        checks += report.checks
    if settings.slack_app_token is not None:
        checks.append(await check_app_token(gateway, settings.slack_app_token.get_secret_value()))
    elif settings.slack_signing_secret is not None:
        sentence = f"Signed HTTP will be taken on port {settings.port}, under /slack/events."
        checks.append(Check("signing secret", ok=True, sentence=sentence))
    return checks


async def _check_clock(session: aiohttp.ClientSession, settings: Settings) -> Check:
    """Compare this machine's clock with the Date that Slack's server sends (RFC 9110, 6.6.1)."""
    try:
        async with session.get(settings.slack_api_url, allow_redirects=False) as answer:
            given = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return Check("clock", ok=True, sentence="Slack did not say what time it is.")
    apart = abs(Clock().now() - given.astimezone(UTC))
    if apart > _CLOCK_TOLERANCE:
        sentence = f"This machine's clock is {int(apart.total_seconds())} s off. Set it by NTP."
        return Check("clock", ok=False, sentence=sentence)
    return Check("clock", ok=True, sentence="This machine's clock agrees with Slack's.")


def _check_database(settings: Settings) -> list[Check]:
    url = settings.database_url.get_secret_value()
    if (file := _sqlite_file(url)) is not None and not file.exists():
        sentence = f"There is no database at {file} yet. Run: seminar-bot migrate"
        return [Check("database", ok=False, sentence=sentence)]
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        reached = Check("database", ok=True, sentence=f"The database ({engine.dialect.name}) answers.")
        return [reached, _check_schema(engine)]
    except (SQLAlchemyError, OSError) as error:
        sentence = f"The database cannot be opened: {cause_of(error)}. Check DATABASE_URL."
        return [Check("database", ok=False, sentence=sentence)]
    finally:
        engine.dispose()


def _sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database; looking for it must not make it."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}
    return Path(str(parsed.database)) if is_file and not parsed.query else None


def _check_schema(engine: Engine) -> Check:
    current, newest = current_revision(engine), newest_revision()
    if current == newest:
        return Check("migrations", ok=True, sentence="The database has this version's tables.")
    if not is_known(current):
        return Check("migrations", ok=False, sentence=NEWER_SCHEMA)
    sentence = (
        "The database has no tables yet. Run: seminar-bot migrate"
        if current is None
        else f"The database is at {current}, this version needs {newest}. Run: seminar-bot migrate"
    )
    return Check("migrations", ok=False, sentence=sentence)


def _check_zones(settings: Settings) -> Check:
    ok = find_zone(settings.default_zone) is not None and find_zone("Australia/Sydney") is not None
    sentence = "Time zones are known." if ok else "Time zones are missing. Install the package tzdata again."
    return Check("time zones", ok=ok, sentence=sentence)


def print_report(checks: list[Check], console: Console | None = None) -> None:
    """Print what was found as a table."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for check in checks:
        table.add_row("ok" if check.ok else "[red]mend[/red]", check.name, escape(check.sentence))
    (console or Console(highlight=False)).print(table)
