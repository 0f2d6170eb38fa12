import os
import re
import textwrap
import traceback
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import LogFormat, Settings, SettingsError, Staff, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
HEADER = "# Copy this file to .env and take the # away from the lines that you set.\n"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ours = {name.upper() for name in Settings.model_fields} | {"XDG_DATA_HOME"}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    monkeypatch.setattr(os, "environ", kept)
    monkeypatch.chdir(tmp_path)


def problems() -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.problems


def example_of(name: str, field: FieldInfo) -> str:
    comment = textwrap.fill(str(field.description), 108, initial_indent="# ", subsequent_indent="# ")
    value = field.examples[0] if field.examples else field.default
    shown = value.value if isinstance(value, StrEnum) else value
    return f"{comment}\n#{name.upper()}={shown}\n"


def test_the_example_file_explains_every_setting() -> None:
    expected = "\n".join(
        [HEADER, *(example_of(name, field) for name, field in Settings.model_fields.items())]
    )

    assert expected == EXAMPLE.read_text(encoding="utf-8")


def test_every_setting_is_described() -> None:
    undescribed = [name for name, field in Settings.model_fields.items() if not field.description]

    assert undescribed == []


def test_nothing_set_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    settings = load_settings()

    assert settings.database_url.get_secret_value() == (
        "sqlite:////home/ada/.local/share/seminar-bot/seminar-bot.db"
    )
    assert settings.slack_bot_token is None
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.port == 3000
    assert settings.staff == Staff()
    assert settings.posts_per_minute == 270
    assert settings.log_format is LogFormat.TEXT
    assert settings.metrics_port is None


def test_the_database_is_kept_in_the_data_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")

    assert load_settings().database_url.get_secret_value() == "sqlite:////data/seminar-bot/seminar-bot.db"


def test_a_relative_data_home_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("XDG_DATA_HOME", "data")

    assert "/home/ada/.local/share/" in load_settings().database_url.get_secret_value()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_gets_its_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://bot:pw@db/seminars")

    assert load_settings().database_url.get_secret_value() == "postgresql+psycopg://bot:pw@db/seminars"


def test_the_file_in_the_current_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=8080\nOTHER=1\nSTAFF=U012AB3CD, S0614TZR7\n", encoding="utf-8")

    settings = load_settings()

    assert settings.port == 8080
    assert settings.staff == Staff(frozenset({"U012AB3CD"}), frozenset({"S0614TZR7"}))


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=8080\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "9090")

    assert load_settings().port == 9090


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "")

    assert load_settings().slack_app_token is None


def test_staff_may_be_separated_by_spaces_and_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF", "U012AB3CD W09, S0614TZR7")

    assert load_settings().staff == Staff(frozenset({"U012AB3CD", "W09"}), frozenset({"S0614TZR7"}))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", "PORT must be a whole number from 0 to 65535."),
        ("PORT", "70000", "PORT must be a whole number from 0 to 65535."),
        ("POSTS_PER_MINUTE", "0", "POSTS_PER_MINUTE must be a whole number from 1 to 3000."),
        ("METRICS_PORT", "-1", "METRICS_PORT must be a whole number from 0 to 65535."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be text or json."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR."),
        (
            "STAFF",
            "U012AB3CD,@bob",
            "STAFF has '@bob', which is no id: people's begin with U or W, user groups' with S.",
        ),
        (
            "DEFAULT_ZONE",
            "Canberra",
            "DEFAULT_ZONE is 'Canberra', which is no IANA zone such as Australia/Sydney.",
        ),
        (
            "SLACK_API_URL",
            "http://example.org/api/",
            "SLACK_API_URL must begin with https://; plain http:// is for a stand-in on this machine.",
        ),
        (
            "SLACK_BOT_TOKEN",
            "xapp-secret",
            "SLACK_BOT_TOKEN must begin with xoxb-; it is the Bot User OAuth Token.",
        ),
        (
            "SLACK_APP_TOKEN",
            "xoxb-secret",
            "SLACK_APP_TOKEN must begin with xapp-; it is an App-Level Token.",
        ),
        ("SLACK_SIGNING_SECRET", "secret", "SLACK_SIGNING_SECRET is too short; copy all of it."),
        (
            "DATABASE_URL",
            "mysql://root:secret@db/x",
            "DATABASE_URL must begin with sqlite:/// or postgresql://.",
        ),
        (
            "DATABASE_URL",
            "postgresql://root:secret@word:1@db/x",
            (
                "DATABASE_URL cannot be read. After the host comes a number or nothing; write : / @ in a"
                " password as %3A %2F %40."
            ),
        ),
    ],
)
def test_a_wrong_value_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    assert problems() == (sentence,)


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hunter2")

    assert [re.split(r"\W", sentence)[0] for sentence in problems()] == ["SLACK_BOT_TOKEN", "PORT"]


def test_an_error_never_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hunter2")

    with pytest.raises(SettingsError) as caught:
        load_settings()

    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "hunter2" not in "".join(told.format())
    assert caught.value.__context__ is None


def test_the_settings_never_show_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgres://bot:hunter2@db/x")

    settings = load_settings()

    assert "hunter2" not in repr(settings)
    assert settings.slack_bot_token == SecretStr("xoxb-hunter2")


def test_an_unreadable_file_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"STAFF=\xff\n")

    assert problems() == ("The file .env is not UTF-8 text.",)


def test_what_is_missing_to_run_is_said() -> None:
    assert load_settings().missing_to_run() == (
        "SLACK_BOT_TOKEN is not set; it begins with xoxb-.",
        "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for signed HTTP.",
    )


def test_a_signing_secret_is_enough_to_run_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "0123456789abcdef")

    settings = load_settings()

    assert settings.missing_to_run() == ()
    assert not settings.is_socket_mode


def test_a_worker_needs_the_bot_token_only(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings().missing_to_run(listens=False)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")

    after = load_settings().missing_to_run(listens=False)

    assert before == ("SLACK_BOT_TOKEN is not set; it begins with xoxb-.",)
    assert after == ()


def test_the_log_and_the_metrics_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", " JSON ")
    monkeypatch.setenv("METRICS_PORT", "0")

    settings = load_settings()

    assert settings.log_format is LogFormat.JSON
    assert settings.metrics_port == 0
