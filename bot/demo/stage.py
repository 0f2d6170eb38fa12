"""The workspace of the demo, with the real bot connected to it."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from bot.bootstrap import Running, running
from bot.clock import Clock
from bot.demo import khorgos
from bot.playground.person import Person
from bot.playground.server import Playground
from bot.playground.state import Message
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.slack.manifest import build_manifest
from bot.storage.engine import open_engine
from bot.storage.migrating import migrate
from bot.views.text import escape

STAFF = "U0MARA"
CHANNEL = "C0TALKS"
HALLWAY = "C0HALL"
SPEAKER = "U0DANA"
SHORTCUTS = tuple(build_manifest()["features"]["shortcuts"])  # what is offered is what is installed

# Names, and the zones that they read their clocks in.
PEOPLE = (
    ("U0ANNA", "Anna Keller", "Europe/Berlin"),
    ("U0BEN", "Ben Tan", "Asia/Singapore"),
    ("U0CARA", "Cara Nguyen", "Australia/Sydney"),
    ("U0DANA", "Dana Rice", "Australia/Sydney"),
    ("U0ERLAN", "Erlan Sadykov", "Asia/Almaty"),
    ("U0FAYE", "Faye Okafor", "Europe/London"),
)


class DemoError(Exception):
    """The demo did not go as it should; the message says where."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A running demo."""

    playground: Playground
    workspace: Workspace
    bot: Running
    clock: Clock
    engine: Engine

    def person(self, user_id: str) -> Person:
        """Return somebody to act as."""
        return self.playground.person(self.workspace, user_id)


@asynccontextmanager
async def open_stage(
    *, port: int = 0, people: tuple[tuple[str, str, str], ...] = PEOPLE, posts_per_minute: int = 270
) -> AsyncIterator[Stage]:
    """Open the workspace with its people and the bot, on a database that is gone afterwards.

    Args:
        port: Where the page is; 0 takes any free port.
        people: The members: id, name and zone of each.
        posts_per_minute: The bot's pace; where it is faster than Slack allows, so is the stand-in.
    """
    clock = Clock()
    clock.move_to(khorgos.OPENED_AT)
    playground = Playground(now=clock.now, port=port, on_clock_move=clock.move_to, shortcuts=SHORTCUTS)
    limits = playground.limits
    limits.posts_per_minute = max(limits.posts_per_minute, float(posts_per_minute))
    limits.files_per_minute = max(limits.files_per_minute, posts_per_minute / 3)
    workspace = playground.add_workspace("T0CAIS", "CAIS")
    workspace.add_user(STAFF, "Mara Lindqvist", tz=khorgos.ZONE, is_admin=True, title="Seminar office")
    for user_id, name, zone in people:
        workspace.add_user(user_id, name, tz=zone)
    workspace.add_channel(CHANNEL, "seminars", topic="Talks at the centre, all welcome")
    workspace.add_channel(HALLWAY, "hallway", topic="Everything else")
    playground.clock_marks = _marks
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="seminar-bot-demo-"))
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        engine = open_engine(url)
        stack.callback(engine.dispose)
        migrate(engine)
        await stack.enter_async_context(playground)
        if SPEAKER in workspace.users:
            # Something to turn into a seminar, or to copy into the paste box.
            playground.person(workspace, SPEAKER).say(escape(khorgos.ANNOUNCEMENT), channel=HALLWAY)
        settings = Settings(
            _env_file=None,  # nobody's own .env is read here
            database_url=url,
            slack_bot_token=playground.bot_token,
            slack_app_token=playground.app_token,
            slack_api_url=playground.api_url,
            slack_signing_secret=None,
            default_zone=khorgos.ZONE,
            staff="",
            posts_per_minute=posts_per_minute,
        )
        bot = await stack.enter_async_context(running(settings, clock=clock, engine=engine))
        yield Stage(playground, workspace, bot, clock, engine)


def _marks() -> list[dict[str, str]]:
    marks = (
        ("A day before the talk", khorgos.STARTS_AT - timedelta(days=1)),
        ("An hour before the talk", khorgos.STARTS_AT - timedelta(hours=1)),
        ("When the talk begins", khorgos.STARTS_AT),
        ("When the talk is over", khorgos.ENDS_AT),
    )
    return [{"label": label, "at": at.isoformat()} for label, at in marks]


async def announce_khorgos(stage: Stage) -> Message:
    """Announce the seminar through the form, as staff do, and return its card.

    Raises:
        DemoError: If the form does not take what is typed.
    """
    return await announce(stage, khorgos.WHAT, khorgos.WHEN, khorgos.HOW, contains="Khorgos")


async def announce(
    stage: Stage,
    what: Mapping[str, str],
    when: Mapping[str, str],
    how: Mapping[str, str],
    *,
    contains: str,
) -> Message:
    """Announce a seminar through the form, and return its card.

    Args:
        stage: A running demo.
        what: What is typed into the form's first step, by the fields' names.
        when: The same for the second.
        how: The same for the third.
        contains: A word of its title.

    Raises:
        DemoError: If the form does not take what is typed.
    """
    staff = stage.person(STAFF)
    await staff.command("/seminar", "new", channel=CHANNEL)
    for callback, typed in (("form_what", what), ("form_when", when), ("form_how", how)):
        view = await staff.wait_for_view(callback)
        await staff.fill(view, dict(typed))
        result = await staff.submit(view)
        if result.errors or result.error:
            raise DemoError(f"The form said: {result.errors or result.error}")
    await staff.wait_for_view("form_preview")
    await staff.submit()
    return await staff.wait_for_message(CHANNEL, contains=contains)
