"""How the log is written: one line an event, as text or JSON, with its context and without secrets."""

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from bot.settings import LogFormat
from bot.slack.redacting import RedactingFilter, context_of

_log = logging.getLogger(__name__)

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_KEYS = {
    "asctime": "time",
    "levelname": "level",
    "name": "logger",
    "message": "message",
    "exc_info": "exception",
    "stack_info": "stack",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN = re.compile(r"""[^\s"'=]+""")

# These have nothing to say below a warning that a person who runs a bot needs.
_NOISY = ("aiohttp", "alembic", "filelock", "sqlalchemy")


class TextFormatter(logging.Formatter):
    """A line for a person; the context follows the message as ``key=value``."""

    def __init__(self) -> None:
        super().__init__(_LINE)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Write the line; what would break it or steer a terminal is shown as an escape."""
        pairs = [f"{key}={_shown(value)}" for key, value in context_of(record).items()]
        return _CONTROL.sub(_escape, " ".join([super().formatMessage(record), *pairs]))


class LineFormatter(JsonFormatter):
    """A JSON object for a machine; a traceback stays on the same line, under ``exception``."""

    def __init__(self) -> None:
        super().__init__(
            ["asctime", "levelname", "name", "message"],
            rename_fields=_KEYS,
            reserved_attrs=[*RESERVED_ATTRS, *_KEYS.values()],  # context never takes their place
        )

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - logging's own
        """Give the instant in UTC, as ISO 8601 writes it."""
        at = datetime.fromtimestamp(record.created, UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def start_logging(level: str, log_format: LogFormat = LogFormat.TEXT) -> None:
    """Log to standard error, without secrets; what ends the program unexpectedly is logged too.

    Context is given as ``extra=`` with plain values: ids, counts, names of methods. Never what people typed.
    """
    handler = logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(LineFormatter() if log_format is LogFormat.JSON else TextFormatter())
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _log_end
    threading.excepthook = _log_end_of_thread


def _log_end(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    _log.critical("The program ended by an error.", exc_info=(kind, error, traceback))


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is None or issubclass(ended.exc_type, SystemExit):
        return
    _log.critical(
        "A thread ended by an error.", exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback)
    )


def _shown(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _escape(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]
