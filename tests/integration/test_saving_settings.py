"""What admins set: saved once, guarded by its version, read back as it was meant."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from bot.domain.workspace_settings import WorkspaceSettings
from bot.services.settings import SettingsChangedError, begin_draft, read_settings, save_settings
from bot.storage import tables
from bot.storage.engine import Transaction
from tests.integration.rows import NOW, add_workspace

SET = WorkspaceSettings(
    people=("U0BEA",),
    groups=("S0TALKS",),
    zone="Australia/Perth",
    reminders=(180, 60),
    channels=("C0B", "C0A"),
    retention_days=90,
)


@pytest.fixture
def workspace_id(transaction: Transaction) -> int:
    with transaction() as session:
        return add_workspace(session)


def save(
    transaction: Transaction, workspace_id: int, wanted: WorkspaceSettings, actor: str = "U0ANA"
) -> bool:
    with transaction() as session:
        return save_settings(session, workspace_id, wanted, actor=actor, now=NOW)


def read(transaction: Transaction, workspace_id: int) -> WorkspaceSettings:
    with transaction() as session:
        return read_settings(session, workspace_id)


def test_a_new_workspace_has_the_defaults_of_the_bot(transaction: Transaction, workspace_id: int) -> None:
    assert WorkspaceSettings() == read(transaction, workspace_id)


def test_what_is_saved_is_read_back_and_counted(transaction: Transaction, workspace_id: int) -> None:
    assert save(transaction, workspace_id, SET)

    found = read(transaction, workspace_id)
    assert (SET, 2) == (found, found.version)


def test_saving_the_same_again_changes_nothing(transaction: Transaction, workspace_id: int) -> None:
    save(transaction, workspace_id, SET)

    assert not save(transaction, workspace_id, SET)

    assert 2 == read(transaction, workspace_id).version


def test_what_was_set_can_be_taken_back(transaction: Transaction, workspace_id: int) -> None:
    save(transaction, workspace_id, SET)
    nothing = WorkspaceSettings(reminders=(), version=2)

    save(transaction, workspace_id, nothing)

    assert nothing == read(transaction, workspace_id)


def test_who_stays_staff_keeps_who_made_them_so(transaction: Transaction, workspace_id: int) -> None:
    save(transaction, workspace_id, SET)

    save(transaction, workspace_id, replace(SET, people=("U0BEA", "U0CAI"), groups=(), version=2), "U0OLA")

    with transaction() as session:
        grant = tables.StaffGrant
        granted = session.execute(select(grant.reference, grant.granted_by).order_by(grant.reference))
        assert [("U0BEA", "U0ANA"), ("U0CAI", "U0OLA")] == [tuple(row) for row in granted]


def test_the_second_of_two_is_shown_the_first(transaction: Transaction, workspace_id: int) -> None:
    save(transaction, workspace_id, SET)

    with pytest.raises(SettingsChangedError) as raised:
        save(transaction, workspace_id, WorkspaceSettings(retention_days=30))

    assert (SET, 2) == (raised.value.current, raised.value.current.version)
    assert SET == read(transaction, workspace_id)


def test_of_two_at_the_same_moment_one_is_saved_whole(transaction: Transaction, workspace_id: int) -> None:
    barrier = Barrier(2)

    def save_as(people: tuple[str, ...]) -> bool:
        barrier.wait(timeout=10)
        try:
            return save(transaction, workspace_id, replace(SET, people=people))
        except SettingsChangedError:
            return False

    with ThreadPoolExecutor(2) as pool:
        saved = list(pool.map(save_as, [("U0BEA",), ("U0CAI",)]))

    found = read(transaction, workspace_id)
    assert [False, True] == sorted(saved)
    assert (("U0BEA",) if saved[0] else ("U0CAI",), 2) == (found.people, found.version)


@pytest.mark.parametrize(
    ("set_zone", "own_zone", "expected"),
    [
        ("Australia/Perth", "Asia/Almaty", "Australia/Perth"),
        (None, "Asia/Almaty", "Asia/Almaty"),
        (None, "", "Europe/Paris"),
        ("Mars/Olympus", "Mars/Olympus", "Europe/Paris"),
    ],
)
def test_a_form_begins_with_the_nearest_zone_that_is_set(
    set_zone: str | None, own_zone: str, expected: str
) -> None:
    settings = replace(SET, zone=set_zone)

    fields = begin_draft(settings, zone=own_zone, default_zone="Europe/Paris", channel_id="D0BEA")

    assert (expected, ("180", "60"), ("C0B", "C0A")) == (fields.zone, fields.reminders, fields.channels)


def test_names_kept_for_ever_is_the_default() -> None:
    assert None is WorkspaceSettings().retention_days
    assert timedelta(days=1) == timedelta(minutes=WorkspaceSettings().reminders[0])
