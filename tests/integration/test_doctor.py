"""The doctor finds each thing that is wrong, says what to mend, and changes nothing."""

import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import text

from bot.clock import Clock
from bot.doctor import examine, print_report
from bot.playground.server import Playground
from bot.settings import Settings
from bot.slack.checks import Check
from bot.storage.engine import open_engine

MakeSettings = Callable[..., Settings]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    opened = Playground(now=lambda: datetime.now(UTC))
    opened.add_workspace("T0CAIS", "CAIS").add_user("U0ANA", "Ana", is_admin=True)
    async with opened:
        yield opened


@pytest.fixture
def make_settings(playground: Playground, database_url: str) -> MakeSettings:
    def make(**chosen: Any) -> Settings:
        well: dict[str, Any] = {
            "database_url": database_url,
            "slack_bot_token": playground.bot_token,
            "slack_app_token": playground.app_token,
            "slack_api_url": playground.api_url,
        }
        return Settings(_env_file=None, **(well | chosen))

    return make


async def find(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in await examine(settings)}


async def test_nothing_is_to_be_mended_when_all_is_well(make_settings: MakeSettings) -> None:
    found = await find(make_settings())

    assert [check for check in found.values() if not check.ok] == []
    assert set(found) == {
        "bot token", "scopes", "app token", "clock", "database", "migrations", "time zones",
    }  # fmt: skip


async def test_missing_tokens_are_named_and_the_rest_is_looked_at(make_settings: MakeSettings) -> None:
    checks = await examine(make_settings(slack_bot_token=None, slack_app_token=None))

    wrong = [check.sentence for check in checks if not check.ok]
    assert len(wrong) == 2
    assert "SLACK_BOT_TOKEN is not set" in wrong[0]
    assert "SLACK_SIGNING_SECRET" in wrong[1]
    assert "migrations" in {check.name for check in checks}


async def test_wrong_tokens_are_told_apart(make_settings: MakeSettings) -> None:
    found = await find(make_settings(slack_bot_token="xoxb-wrong", slack_app_token="xapp-wrong"))

    assert not found["bot token"].ok
    assert "OAuth & Permissions" in found["bot token"].sentence
    assert not found["app token"].ok
    assert "connections:write" in found["app token"].sentence


async def test_a_missing_scope_is_named(make_settings: MakeSettings, playground: Playground) -> None:
    playground.workspaces["T0CAIS"].remove_scope("im:write")

    found = await find(make_settings())

    assert not found["scopes"].ok
    assert "im:write" in found["scopes"].sentence


async def test_a_signing_secret_stands_in_for_the_app_token(make_settings: MakeSettings) -> None:
    found = await find(
        make_settings(slack_app_token=None, slack_signing_secret="0123456789abcdef", port=3131)
    )

    assert found["signing secret"].ok
    assert "3131" in found["signing secret"].sentence


async def test_a_database_that_is_not_there_is_not_made(make_settings: MakeSettings, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "new.db"

    found = await find(make_settings(database_url=f"sqlite:///{file}"))

    assert not found["database"].ok
    assert "seminar-bot migrate" in found["database"].sentence
    assert not file.parent.exists()


async def test_a_database_without_tables_is_to_be_migrated(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    file = tmp_path / "bare.db"
    file.touch()

    found = await find(make_settings(database_url=f"sqlite:///{file}"))

    assert found["database"].ok
    assert not found["migrations"].ok
    assert "seminar-bot migrate" in found["migrations"].sentence


async def test_a_newer_database_is_not_sent_to_migrate(make_settings: MakeSettings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newer.db'}"
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    engine.dispose()

    found = await find(make_settings(database_url=url))

    assert "newer Seminar Bot" in found["migrations"].sentence
    assert "seminar-bot migrate" not in found["migrations"].sentence


async def test_a_database_that_is_out_of_reach_is_one_sentence(make_settings: MakeSettings) -> None:
    found = await find(make_settings(database_url="postgresql://u:hidden-word@127.0.0.1:9/name"))

    assert not found["database"].ok
    assert "Check DATABASE_URL" in found["database"].sentence
    assert "hidden-word" not in found["database"].sentence
    assert "\n" not in found["database"].sentence


async def test_a_clock_that_is_off_is_told(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime.now(UTC) + timedelta(minutes=10)
    monkeypatch.setattr(Clock, "now", lambda _self: late)

    found = await find(make_settings())

    assert not found["clock"].ok
    assert "NTP" in found["clock"].sentence


def test_the_report_takes_no_words_for_colours() -> None:
    printed = io.StringIO()

    print_report(
        [Check("bot token", ok=False, sentence="The bot is known in [bold]CAIS[/bold].")],
        Console(file=printed, width=200),
    )

    assert "mend" in printed.getvalue()
    assert "[bold]CAIS[/bold]" in printed.getvalue()
