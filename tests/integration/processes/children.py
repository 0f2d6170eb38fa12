"""The real commands in processes of their own, on one database and one stand-in for Slack."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.server import Playground

HERE = Path(__file__).parent
_RUN = ("-m", "bot")


@dataclass
class Children:
    """Processes of the bot, all with the same settings; ended when the block ends."""

    folder: Path
    settings: dict[str, str]
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(
        self, command: str, *, driver: str | None = None, **settings: str
    ) -> asyncio.subprocess.Process:
        """Start a command, through a file of this folder that changes something first if one is named."""
        program = (str(HERE / driver),) if driver else _RUN
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONUNBUFFERED": "1"}
        # A pipe that nobody reads would block the process some day; a file also shows what went wrong.
        with self.log_of(len(self.started)).open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *program,
                command,
                cwd=self.folder,
                env=kept | self.settings | settings,
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    def log_of(self, number: int) -> Path:
        return self.folder / f"child-{number}.log"

    def logs(self) -> str:
        """Give what all of them said."""
        return "".join(self.log_of(number).read_text() for number in range(len(self.started)))

    async def say(self, words: str, count: int = 1) -> None:
        """Wait until that many of them said something."""
        async with asyncio.timeout(30):
            while self.logs().count(words) < count:  # noqa: ASYNC110 - other processes write it
                await asyncio.sleep(0.05)

    async def end(self) -> None:
        for process in self.started:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            try:
                async with asyncio.timeout(15):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


@asynccontextmanager
async def open_children(folder: Path, url: str, pg: Playground) -> AsyncIterator[Children]:
    """Give what starts commands on that database and that stand-in."""
    children = Children(
        folder,
        {
            "DATABASE_URL": url,
            "SLACK_API_URL": pg.api_url,
            "SLACK_BOT_TOKEN": pg.bot_token,
            "POSTS_PER_MINUTE": "3000",
        },
    )
    try:
        yield children
    finally:
        await children.end()
