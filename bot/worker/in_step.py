"""Keeps the bot's clock in step with the database's on PostgreSQL, so that machines agree."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock

_log = logging.getLogger(__name__)

_EVERY = timedelta(minutes=1)


def keep_step(engine: Engine, clock: Clock) -> None:
    """Take the database's word for the time; on SQLite the machine's clock is the only one there is."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        clock.keep_step(connection.scalar(text("SELECT clock_timestamp()")))


async def stay_in_step(engine: Engine, clock: Clock) -> None:
    """Ask again every minute, until cancelled."""
    while True:
        await asyncio.sleep(_EVERY.total_seconds())
        try:
            await asyncio.to_thread(keep_step, engine, clock)
        except SQLAlchemyError as error:
            _log.warning("The database did not tell the time: %s", type(error).__name__)
