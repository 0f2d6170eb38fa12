"""A newer program migrates the database while this one runs on it."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from bot.doctor import examine
from bot.storage.revisions import NEWER_SCHEMA
from tests.integration.database_faults.fault_scenes import HOUR_BEFORE, FaultScene, refused, told

NEWER = "UPDATE alembic_version SET version_num = '9999'"


def change(scene: FaultScene, statements: Sequence[str]) -> None:
    """Run each in a transaction of its own: holding two tables, it and the bot could wait for each other."""
    for statement in statements:
        with scene.engine.begin() as connection:
            connection.execute(text(statement))


async def test_a_running_bot_goes_on_when_the_database_gains_what_it_does_not_know(
    on_both: FaultScene,
) -> None:
    scene = on_both
    card = await scene.posted()
    before, after = scene.members(2)
    await scene.register(card, before)
    await scene.all_sent("confirmation", 1)

    change(
        scene,
        [
            "CREATE TABLE room_plan (id INTEGER PRIMARY KEY)",
            "ALTER TABLE registration ADD COLUMN plus_one TEXT",
            "ALTER TABLE seminar ADD COLUMN series TEXT DEFAULT 'none'",
            "ALTER TABLE delivery ADD COLUMN batch INTEGER",
            NEWER,
        ],
    )
    await scene.register(card, after)
    scene.move_to(HOUR_BEFORE)

    await scene.all_sent("reminder", 2)
    scene.check_whole(before, after)
    assert told(before, after) == {before.id: 2, after.id: 2}


async def test_a_running_bot_says_so_when_the_database_lost_what_it_needs(
    on_both: FaultScene, caplog: pytest.LogCaptureFixture
) -> None:
    scene = on_both
    card = await scene.posted()
    before, meanwhile = scene.members(2)
    await scene.register(card, before)
    await scene.all_sent("confirmation", 1)

    change(scene, ["ALTER TABLE registration RENAME COLUMN state TO standing", NEWER])
    took = await refused(card, meanwhile)
    change(scene, ["ALTER TABLE registration RENAME COLUMN standing TO state"])

    assert took < 2.9
    assert "could not be saved" in caplog.text
    await scene.register(card, meanwhile)
    scene.check_whole(before, meanwhile)


async def test_doctor_says_that_the_database_is_a_newer_programs(on_both: FaultScene) -> None:
    scene = on_both
    change(scene, [NEWER])

    checks = await examine(scene.settings)

    assert [NEWER_SCHEMA] == [check.sentence for check in checks if not check.ok]
