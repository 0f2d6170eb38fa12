"""Faults planted in the database: each is found, mended where it can be, and not found again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.domain.checking import Fact, Finding, Found
from bot.domain.registering import Wish
from bot.domain.seating import Limits
from bot.services.checking import Checked, Told, look, mend
from bot.services.people import seat_someone  # type: ignore[attr-defined]
from bot.services.registering import Press, register
from bot.services.seats import look_at_limits, save_limits
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, deliveries, states
