"""Real processes of the bot that are killed and start again, and the balancer in front of them."""

import asyncio
import os
import random
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.playground.delivering import Ack, Kind, Retry
from bot.playground.refusals import Json
from bot.playground.server import Playground
from bot.playground.signed_http import SignedHttp
from bot.web.server import EVENTS_PATH

_ROOT = Path(__file__).resolve().parents[2]
_LOOK_AGAIN_S = 0.05
_LONGEST_PAUSE_S = 0.5  # between a death and the next start
_END_S = 15.0
_PORTS = range(20_000, 30_000)  # where the kernel gives none to connections that go out
_ALARMS = (" ERROR ", " CRITICAL ", "Traceback ")


@dataclass(eq=False)
class Slot:
    """One place in which a process of the bot runs, one after the other."""

    name: str
    command: str
    process: asyncio.subprocess.Process | None = None
    way: SignedHttp | None = None
    is_ready: bool = False
    starts: int = 0

    @property
    def is_alive(self) -> bool:
        """Say whether there is a process to kill."""
        return self.process is not None and self.process.returncode is None


@dataclass(eq=False)
class Herd:
    """All processes; also the way by which presses reach one that is ready, as a balancer's.

    Args:
        deaths: Says who is killed when, and nothing else, so that it can be repeated.
        lease_s: How long a dead worker's lease holds, if other than in the bot.

    Attributes:
        kills: How many processes were killed.
        died: How those ended that were ready and that nobody had killed, in words.
        failed_starts: How those ended that never got ready, in words.
    """

    playground: Playground
    folder: Path
    settings: dict[str, str]
    deaths: random.Random
    lease_s: float | None
    slots: list[Slot] = field(default_factory=list)
    kills: int = 0
    died: list[str] = field(default_factory=list)
    failed_starts: list[str] = field(default_factory=list)
    rng: random.Random = field(default_factory=random.Random)
    _is_ending: bool = False
    _keepers: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self, *, bots: int, workers: int) -> None:
        """Start all processes and wait until each is ready."""
        self.slots = [Slot(f"bot{number}", "run") for number in range(bots)]
        self.slots += [Slot(f"worker{number}", "worker") for number in range(workers)]
        self._keepers = [asyncio.create_task(self._keep(slot)) for slot in self.slots]
        async with asyncio.timeout(60):
            while not self._are_ready(bots):  # noqa: ASYNC110 - other processes get ready
                await asyncio.sleep(_LOOK_AGAIN_S)

    def _are_ready(self, bots: int) -> bool:
        connected = bots if self._takes_http else self.playground.sockets.connected
        return connected == bots and all(slot.is_ready for slot in self.slots)

    @property
    def _takes_http(self) -> bool:
        return "SLACK_SIGNING_SECRET" in self.settings

    async def deliver(self, kind: Kind, payload: Json, within: float, retry: Retry | None = None) -> Ack:
        """Hand a payload to one of the processes that are ready; it may die meanwhile."""
        ways = [slot.way for slot in self.slots if slot.is_ready and slot.way is not None]
        if not ways:
            return Ack(is_acknowledged=False, problem="connection_failed")
        return await self.rng.choice(ways).deliver(kind, payload, within, retry)

    async def kill_some(self, *, seconds: float, every: float) -> None:
        """Kill a process at random moments, about one in so many seconds, for a while."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (pause := self.deaths.expovariate(1 / every)) < until - loop.time():
            await asyncio.sleep(pause)
            living = [slot for slot in self.slots if slot.is_alive]
            if living:
                self._kill(self.deaths.choice(living))

    def _kill(self, slot: Slot) -> None:
        if slot.process is not None:
            self.kills += 1
            slot.is_ready = False
            slot.process.kill()

    async def stop(self) -> None:
        """End all processes politely; who does not end in time is killed and counted as died."""
        self._is_ending = True
        for slot in self.slots:
            if slot.process is not None and slot.is_alive:
                slot.process.send_signal(signal.SIGTERM)
        if self._keepers:
            _done, late = await asyncio.wait(self._keepers, timeout=_END_S)
            self.died += [f"{slot.name} did not end in {_END_S:g} s" for slot in self.slots if slot.is_alive]
            for slot in self.slots:
                if slot.process is not None and slot.is_alive:
                    slot.process.kill()
            await asyncio.gather(*late, return_exceptions=True)
        for slot in self.slots:
            if slot.way is not None:
                await slot.way.stop()

    def alarms(self) -> list[str]:
        """List what the processes logged as errors."""
        return [
            f"{path.name}: {line}"
            for path in sorted(self.folder.glob("*.log"))
            for line in path.read_text(errors="replace").splitlines()
            if any(word in line for word in _ALARMS)
        ]

    async def _keep(self, slot: Slot) -> None:
        """Keep a slot filled until the end."""
        while not self._is_ending:
            killed_before = self.kills
            await self._start(slot)
            process = slot.process
            if process is None:
                return
            was_ready = await self._wait_ready(slot, process)
            code = await process.wait()
            slot.is_ready = False
            was_killed = code == -signal.SIGKILL and self.kills > killed_before
            if not was_killed and not (self._is_ending and code == 0):
                ends = self.died if was_ready else self.failed_starts
                ends.append(f"{slot.name} ended by itself with {code}: {self._last_word(slot)}")
            if not self._is_ending:
                await asyncio.sleep(self.rng.uniform(0, _LONGEST_PAUSE_S))

    async def _start(self, slot: Slot) -> None:
        if slot.way is not None:
            await slot.way.stop()
        port = self._free_port()
        slot.starts += 1
        is_run = slot.command == "run" and self._takes_http
        world = self.playground.world
        slot.way = SignedHttp(world, f"http://127.0.0.1:{port}{EVENTS_PATH}") if is_run else None
        module = ["bot"] if self.lease_s is None else ["tests.benchmarks.chaos_child", str(self.lease_s)]
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(_ROOT)}
        with (self.folder / f"{slot.name}-{slot.starts:03}.log").open("wb") as log:
            slot.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *module,
                slot.command,
                cwd=self.folder,
                env=kept | self.settings | {"PORT": str(port)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def _wait_ready(self, slot: Slot, process: asyncio.subprocess.Process) -> bool:
        if slot.way is None:
            slot.is_ready = True
            return False  # nothing tells when it is
        url = slot.way.request_url.replace(EVENTS_PATH, "/readyz")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            while process.returncode is None:
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(url) as answer:
                        if answer.ok:
                            break
                await asyncio.sleep(_LOOK_AGAIN_S)
        slot.is_ready = process.returncode is None
        return slot.is_ready

    def _last_word(self, slot: Slot) -> str:
        lines = (self.folder / f"{slot.name}-{slot.starts:03}.log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else "without a word"

    def _free_port(self) -> int:
        while True:
            port = self.rng.choice(_PORTS)
            with socket.socket() as probe, suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
