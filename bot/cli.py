"""The commands; what ends a start is said in words, with a non-zero code."""

import asyncio
import errno
import json
import logging
import signal
import sys
from datetime import datetime
from typing import BinaryIO, NoReturn

import click

from bot import __version__
from bot.logs import start_logging
from bot.settings import Settings, SettingsError, load_settings

EXIT_CANNOT_START = 1


@click.group()
@click.version_option(__version__, prog_name="seminar-bot")
def main() -> None:
    """Announce seminars in Slack, take registrations, remind everyone."""


def fail(sentence: str) -> NoReturn:
    """End with a sentence and a non-zero code."""
    click.echo(sentence, err=True)
    sys.exit(EXIT_CANNOT_START)


def get_settings() -> Settings:
    """Read the settings, or end with what is wrong with them."""
    try:
        return load_settings()
    except SettingsError as error:
        fail(str(error))


@main.command()
def run() -> None:
    """Run the bot: Socket Mode with SLACK_APP_TOKEN, else signed HTTP."""
    _serve(takes_presses=True)


@main.command()
def worker() -> None:
    """Keep promises only: reminders, notices, cards. Any number of these share a PostgreSQL database."""
    _serve(takes_presses=False)


def _serve(*, takes_presses: bool) -> None:
    settings = get_settings()
    start_logging(settings.log_level, settings.log_format)
    from bot.bootstrap import StartError
    from bot.web.server import ListenError

    try:
        asyncio.run(_until_stopped(settings, takes_presses=takes_presses))
    except (StartError, ListenError) as error:
        fail(str(error))


async def _until_stopped(settings: Settings, *, takes_presses: bool) -> None:
    from bot.bootstrap import Running, running, set_for_crowds, share_memory, working

    share_memory()
    stop, started = asyncio.Event(), asyncio.Event()
    loop, starting = asyncio.get_running_loop(), asyncio.current_task()

    def end() -> None:
        # A start that waits for Slack holds no work yet, so it is left where it stands.
        if starting is not None and not started.is_set():
            starting.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        async with running(settings) if takes_presses else working(settings) as bot:
            started.set()
            set_for_crowds()
            mode = "keeping promises only"
            if isinstance(bot, Running):
                mode = "Socket Mode" if bot.port is None else f"signed HTTP on port {bot.port}"
            logging.getLogger(__name__).info("Seminar Bot %s is running: %s.", __version__, mode)
            await stop.wait()
    except asyncio.CancelledError:
        if not stop.is_set():
            raise


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables; safe to run again."""
    settings = get_settings()
    from sqlalchemy.exc import SQLAlchemyError

    from bot.storage.engine import cause_of, open_engine
    from bot.storage.migrating import NewerSchemaError
    from bot.storage.migrating import migrate as bring_up
    from bot.storage.revisions import NEWER_SCHEMA

    engine = open_engine(settings.database_url.get_secret_value())
    try:
        bring_up(engine)
    except NewerSchemaError:
        fail(NEWER_SCHEMA)
    except (SQLAlchemyError, OSError) as error:
        fail(f"The database cannot be migrated: {cause_of(error)}.")
    finally:
        engine.dispose()
    click.echo("The database is ready.")


@main.command()
def doctor() -> None:
    """Check tokens, scopes, database, migrations and clock, and say what to mend."""
    settings = get_settings()
    from bot.doctor import examine, print_report

    checks = asyncio.run(examine(settings))
    print_report(checks)
    if not all(check.ok for check in checks):
        sys.exit(EXIT_CANNOT_START)


@main.command()
@click.option(
    "--url", "as_url", is_flag=True, help="Print the link that opens Slack's page with it filled in."
)
@click.option("--http", "request_url", metavar="URL", help="For signed HTTP: where Slack reaches the bot.")
@click.option("--user-groups", is_flag=True, help="Ask for what staff by user group needs.")
def manifest(*, as_url: bool, request_url: str | None, user_groups: bool) -> None:
    """Print the manifest of the Slack app."""
    from bot.slack.manifest import build_manifest, manifest_url

    built = build_manifest(request_url=request_url, with_user_groups=user_groups)
    click.echo(manifest_url(built) if as_url else json.dumps(built, indent=2))


@main.command()
@click.option("--tour", is_flag=True, help="Play the whole story without a browser, and check it.")
@click.option("--port", default=0, show_default="any free one", help="Where the page is.")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
def demo(*, tour: bool, port: int, no_browser: bool) -> None:
    """Start a local workspace in the browser with the real bot in it. Needs no Slack."""
    start_logging("WARNING")
    if tour:
        from bot.demo.tour import play

        sys.exit(asyncio.run(play()))
    from bot.demo.workspace import show

    try:
        asyncio.run(show(port=port, opens_browser=not no_browser))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        fail(f"The port {port} is not free. Choose another one with --port, or leave it out.")


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print the fields as JSON.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to read dates from.  [default: today]"
)
@click.option("--zone", metavar="AREA/CITY", help="Helps with abbreviations of zones and the order of dates.")
def draft(file: BinaryIO, *, as_json: bool, today: datetime | None, zone: str | None) -> None:
    """Read an announcement, a saved e-mail or a calendar file, and show its fields; - is standard input."""
    from bot.clock import Clock
    from bot.domain.zones import find_zone
    from bot.drafts.command import render
    from bot.drafts.files import read_file

    if zone is not None and find_zone(zone) is None:
        raise click.BadParameter(f"{zone} is no zone such as Australia/Sydney.", param_hint="--zone")
    name = str(getattr(file, "name", ""))  # standard input need not have one
    text = read_file(name, file.read())
    click.echo(render(text, (today or Clock().now()).date(), zone, as_json))
