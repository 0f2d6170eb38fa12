"""The settings: the only reader of the environment."""

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.zones import find_zone

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ID = re.compile(r"[UWS][A-Z0-9]{2,20}")


class SettingsError(Exception):
    """Settings that cannot be used.

    Attributes:
        problems: One sentence per variable, in the order of the settings; none holds a secret.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class LogLevel(StrEnum):
    """How much is written to the log."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """How a line of the log is written: for a person, or for a machine."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may announce, besides the workspace's admins and owners."""

    user_ids: frozenset[str] = frozenset()
    group_ids: frozenset[str] = frozenset()


def parse_staff(text: str) -> Staff:
    """Read ids of people (U…, W…) and user groups (S…), separated by commas or spaces.

    Raises:
        ValueError: If a word is no such id.
    """
    words = text.replace(",", " ").split()
    wrong = [word for word in words if not _ID.fullmatch(word)]
    if wrong:
        raise ValueError(
            f"STAFF has {wrong[0]!r}, which is no id: people's begin with U or W, user groups' with S."
        )
    groups = frozenset(word for word in words if word.startswith("S"))
    return Staff(frozenset(words) - groups, groups)


def normalise_database_url(url: str) -> str:
    """Name the driver in a PostgreSQL address as hosting services give it.

    Raises:
        ValueError: If it is neither SQLite nor PostgreSQL.
    """
    scheme, separator, rest = url.strip().partition("://")
    if separator and scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if separator and scheme == "sqlite":
        return url.strip()
    raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def default_database_url() -> str:
    """Return the SQLite file in the place where this person's programs keep their data."""
    given = os.environ.get("XDG_DATA_HOME", "")
    # The XDG specification: a path that is not absolute is to be ignored.
    base = Path(given) if Path(given).is_absolute() else Path.home() / ".local" / "share"
    return f"sqlite:///{base / 'seminar-bot' / 'seminar-bot.db'}"


def _stay_staff(value: object) -> object:
    return parse_staff(value) if isinstance(value, str) else value


def _check_database_url(value: SecretStr) -> SecretStr:
    from sqlalchemy import make_url  # late: the commands that need no settings start without it
    from sqlalchemy.exc import ArgumentError

    url = normalise_database_url(value.get_secret_value())
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        is_readable = False  # what was raised may hold a piece of the password
    else:
        is_readable = True
    if not is_readable:
        raise ValueError(
            "DATABASE_URL cannot be read. After the host comes a number or nothing; write : / @ in a"
            " password as %3A %2F %40."
        )
    return SecretStr(url)


def _check_bot_token(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("xoxb-", "xoxe.xoxb-")):
        raise ValueError("SLACK_BOT_TOKEN must begin with xoxb-; it is the Bot User OAuth Token.")
    return value


def _check_app_token(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith("xapp-"):
        raise ValueError("SLACK_APP_TOKEN must begin with xapp-; it is an App-Level Token.")
    return value


def _check_api_url(value: str) -> str:
    parts = urlsplit(value)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_private or not parts.hostname:
        raise ValueError(
            "SLACK_API_URL must begin with https://; plain http:// is for a stand-in on this machine."
        )
    return value if value.endswith("/") else f"{value}/"


def _check_zone(value: str) -> str:
    if find_zone(value) is None:
        raise ValueError(f"DEFAULT_ZONE is {value!r}, which is no IANA zone such as Australia/Sydney.")
    return value


def _check_public_url(value: str) -> str:
    value = value.strip().rstrip("/")
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_web = False
    if value and not (is_web and not parts.query and not parts.fragment):
        raise ValueError("PUBLIC_URL must be an address such as https://bot.example.org.")
    return value


def _raise_case(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _lower_case(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class Settings(BaseSettings):
    """Everything that can be set, from the environment or the file `.env` in the current folder."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        enable_decoding=False,
        extra="ignore",  # a shared .env may hold what is not ours
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    database_url: Annotated[SecretStr, AfterValidator(_check_database_url)] = Field(
        default_factory=lambda: SecretStr(default_database_url()),
        description="Where everything is kept: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
        " Without it, the file seminar-bot/seminar-bot.db in $XDG_DATA_HOME or ~/.local/share.",
        examples=["postgresql://seminar:secret@localhost/seminar"],
    )
    slack_bot_token: Annotated[SecretStr, AfterValidator(_check_bot_token)] | None = Field(
        None,
        description="The Bot User OAuth Token, from your app's page, OAuth & Permissions, after installing"
        " the app.",
        examples=["xoxb-…"],
    )
    slack_app_token: Annotated[SecretStr, AfterValidator(_check_app_token)] | None = Field(
        None,
        description="An App-Level Token with the scope connections:write, from your app's page, Basic"
        " Information. With it the bot uses Socket Mode and needs no public address.",
        examples=["xapp-…"],
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        min_length=8,
        description="The Signing Secret, from your app's page, Basic Information. Without an app token the"
        " bot takes signed requests at HOST and PORT instead, under /slack/events.",
        examples=["0123456789abcdef0123456789abcdef"],
    )
    slack_api_url: Annotated[str, AfterValidator(_check_api_url)] = Field(
        "https://slack.com/api/",
        description="Slack's Web API. GovSlack: https://slack-gov.com/api/. Also for a stand-in.",
    )
    host: str = Field(
        "0.0.0.0",  # noqa: S104 - every request is signed, and in a container Slack comes from outside
        min_length=1,
        description="The address that signed requests are taken at. The default is every address of this"
        " machine; set 127.0.0.1 where a proxy stands in front on the same machine.",
    )
    port: int = Field(
        3000,
        ge=0,
        le=65535,
        description="The port that signed requests are taken at; 0 takes any free one.",
    )
    public_url: Annotated[str, AfterValidator(_check_public_url)] = Field(
        "",
        description="Where people's calendars reach the port above from outside, such as"
        " https://bot.example.org; personal calendar feeds are offered where it is set. Signed HTTP only.",
        examples=["https://bot.example.org"],
    )
    staff: Annotated[Staff, BeforeValidator(_stay_staff)] = Field(
        Staff(),
        description="Who may announce besides the workspace's admins and owners: ids of people (U…, W…) and"
        " of user groups (S…), separated by commas or spaces. User groups need the scope usergroups:read.",
        examples=["U012AB3CD, S0614TZR7"],
    )
    default_zone: Annotated[str, AfterValidator(_check_zone)] = Field(
        "UTC",
        description="The zone, by its IANA name, of who has set none in Slack, such as Australia/Sydney.",
    )
    posts_per_minute: int = Field(
        270,
        ge=1,
        le=3000,
        description="How many messages are posted in one workspace per minute, and three tenths as many"
        " files. Slack only says that it takes several hundred.",
    )
    log_level: Annotated[LogLevel, BeforeValidator(_raise_case)] = Field(
        LogLevel.INFO, description="How much is written to the log: DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Annotated[LogFormat, BeforeValidator(_lower_case)] = Field(
        LogFormat.TEXT,
        description="How the log is written: text for people, or json for machines, one object a line.",
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="The port of 127.0.0.1 that metrics for Prometheus are served at, under /metrics, beside"
        " /healthz and /readyz; 0 takes any free one. Without it none of them is.",
        examples=["9464"],
    )

    def missing_to_run(self, *, listens: bool = True) -> tuple[str, ...]:
        """Return a sentence for each thing without which the bot cannot talk to Slack.

        Args:
            listens: Whether presses are taken too, or promises kept only.
        """
        missing = []
        if self.slack_bot_token is None:
            missing.append("SLACK_BOT_TOKEN is not set; it begins with xoxb-.")
        if listens and self.slack_app_token is None and self.slack_signing_secret is None:
            missing.append("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for signed HTTP.")
        return tuple(missing)

    @property
    def is_socket_mode(self) -> bool:
        """Whether the bot connects to Slack, rather than Slack to the bot."""
        return self.slack_app_token is not None


# What to say where pydantic's own words would not do.
_RULES = {
    "port": "PORT must be a whole number from 0 to 65535.",
    "posts_per_minute": "POSTS_PER_MINUTE must be a whole number from 1 to 3000.",
    "log_format": "LOG_FORMAT must be text or json.",
    "metrics_port": "METRICS_PORT must be a whole number from 0 to 65535.",
    "log_level": "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.",
    "slack_signing_secret": "SLACK_SIGNING_SECRET is too short; copy all of it.",
}


def load_settings() -> Settings:
    """Read the environment and the file `.env` in the current folder.

    Raises:
        SettingsError: If a value cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = tuple(_sentence(detail) for detail in error.errors(include_url=False, include_input=False))
    except UnicodeDecodeError:
        problems = ("The file .env is not UTF-8 text.",)
    # Outside the handler, so that no traceback shows the error that knows the values.
    raise SettingsError(problems)


def _sentence(detail: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails, whose ctx is untyped
    name = str(detail["loc"][0]) if detail["loc"] else ""
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, ValueError):
        return str(cause)
    return _RULES.get(name, f"{name.upper()} cannot be used as it is.")
