"""``seminar-bot demo``: the workspace in the browser."""

import asyncio
import signal
import webbrowser

import click

from bot.demo.stage import CHANNEL, STAFF, announce_khorgos, open_stage

_REGISTERED = ("U0ANNA", "U0CARA", "U0ERLAN")


async def show(*, port: int, opens_browser: bool) -> None:
    """Serve the workspace, furnished with the khorgos seminar, until it is stopped."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_stage(port=port) as stage:
        card = await announce_khorgos(stage)
        for user_id in _REGISTERED:
            member = stage.person(user_id)
            await member.press(card, "register")
            await member.wait_for_message(contains="Khorgos")
        address = f"{stage.playground.url}/?as={STAFF}&in={CHANNEL}"
        click.echo(f"The workspace is at {address}\nIt is gone when you stop it: press Ctrl-C.")
        if opens_browser:
            await asyncio.to_thread(webbrowser.open, address)
        await stop.wait()
