import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.logs import start_logging
from bot.settings import LogFormat

ROOT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("log_format", list(LogFormat))
_log = logging.getLogger("bot.test")


@pytest.fixture(autouse=True)
def restored_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The root as it was before, with pytest's own handlers, and the hooks too."""
    level = logging.root.level
    noisy = {name: logging.getLogger(name).level for name in ("aiohttp", "alembic", "filelock", "sqlalchemy")}
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    for name, before in noisy.items():
        logging.getLogger(name).setLevel(before)
    logging.root.setLevel(level)


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def only_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = written(capsys)
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def fail() -> None:
    raise ValueError("xoxb-1-hunter2")


def test_an_event_is_one_object_with_its_context(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", LogFormat.JSON)

    _log.info(
        "A call to %s ended.", "Slack", extra={"method": "chat.update", "attempts": 2, "is_last": False}
    )

    line = only_line(capsys)
    at = datetime.fromisoformat(line.pop("time"))
    assert at.tzinfo == UTC
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    assert line == {
        "level": "INFO",
        "logger": "bot.test",
        "message": "A call to Slack ended.",
        "method": "chat.update",
        "attempts": 2,
        "is_last": False,
    }


def test_a_traceback_stays_on_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", LogFormat.JSON)

    try:
        fail()
    except ValueError:
        _log.exception("It failed.")

    lines = only_line(capsys)["exception"].splitlines()
    assert (lines[0], lines[-1]) == ("Traceback (most recent call last):", "ValueError: [hidden]")


def test_context_takes_the_place_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", LogFormat.JSON)

    _log.info("Hi.", extra={"time": "never", "level": "LOUD", "logger": "other", "exception": "none"})

    line = only_line(capsys)
    assert (line["level"], line["logger"], set(line)) == (
        "INFO",
        "bot.test",
        {"time", "level", "logger", "message"},
    )


def test_json_is_written_whatever_the_terminal_can_show(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", LogFormat.JSON)

    _log.info("Khorgós\nand more", extra={"place": "Æ"})

    (line,) = written(capsys)
    assert line.isascii()
    assert (json.loads(line)["message"], json.loads(line)["place"]) == ("Khorgós\nand more", "Æ")


def test_text_has_the_context_after_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO")

    _log.info("It ended.", extra={"method": "chat.update", "reason": 'no "answer"', "attempts": 2})

    (line,) = written(capsys)
    stamp, rest = line.split(" INFO ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", stamp)
    assert rest == r'bot.test: It ended. method=chat.update reason="no \"answer\"" attempts=2'


def test_nobody_can_begin_a_line_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO")

    _log.info("Typed: %s", "a\n2020-01-01 ERROR b\x1b[2J", extra={"reason": "c\r\nd"})

    (line,) = written(capsys)
    assert line.endswith(r'bot.test: Typed: a\n2020-01-01 ERROR b\x1b[2J reason="c\r\nd"')


@BOTH
def test_no_secret_is_written(capsys: pytest.CaptureFixture[str], log_format: LogFormat) -> None:
    start_logging("INFO", log_format)

    try:
        fail()
    except ValueError as error:
        _log.exception(
            "With %s",
            "xapp-1-hunter2",
            extra={
                "reason": "Bearer hunter2",
                "error": error,
                "urls": ["https://hooks.slack.com/hunter2", "postgresql://bot:hunter2@db/x"],
                "headers": {"Authorization": "xoxe.xoxb-hunter2"},
            },
        )

    said = "\n".join(written(capsys))
    assert "hunter2" not in said
    assert said.count("[hidden]") >= 6


@BOTH
def test_a_stack_is_redacted_too(capsys: pytest.CaptureFixture[str], log_format: LogFormat) -> None:
    start_logging("INFO", log_format)

    _log.info("Here: xoxb-1-hunter2", stack_info=True)

    said = "\n".join(written(capsys))
    assert "Stack (most recent call last)" in said
    assert "hunter2" not in said


@BOTH
def test_a_line_that_is_written_wrongly_fails_nobody(
    capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    start_logging("INFO", log_format)

    _log.info("%d presses of xoxb-1-secret", "many")

    (line,) = written(capsys)
    assert "%d presses of [hidden] (its arguments do not fit)" in line


@pytest.mark.parametrize("name", ["aiohttp.access", "alembic.runtime", "filelock", "sqlalchemy.engine"])
def test_libraries_are_quiet_below_a_warning(capsys: pytest.CaptureFixture[str], name: str) -> None:
    start_logging("DEBUG")

    logging.getLogger(name).info("Chatter.")
    logging.getLogger(name).warning("Trouble.")

    (line,) = written(capsys)
    assert line.endswith(f"WARNING {name}: Trouble.")


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("WARNING", LogFormat.JSON)

    _log.info("Quiet.")
    _log.warning("Heard.")

    assert only_line(capsys)["message"] == "Heard."


def test_what_ends_the_program_is_logged_without_secrets() -> None:
    program = """
import threading
from bot.logs import start_logging
from bot.settings import LogFormat
start_logging("INFO", LogFormat.JSON)
def fail(): raise ValueError("xoxb-1-" + "secret")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""

    ended = subprocess.run(  # noqa: S603 - a program of our own, in a process of its own
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )

    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert ended.returncode == 1
    assert [(line["level"], line["message"]) for line in lines] == [
        ("CRITICAL", "A thread ended by an error."),
        ("CRITICAL", "The program ended by an error."),
    ]
    assert [line["exception"].splitlines()[-1] for line in lines] == ["ValueError: [hidden]"] * 2
