"""Keeps tokens, tickets and passwords out of the log, whoever writes the line."""

import logging
import re

_SECRETS = re.compile(
    r"""
      (?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w.%-]+          # Slack's tokens
    | (?<=ticket=)[^\s&'"<>]+                            # the address of a Socket Mode connection
    | (?<=Bearer\ )[^\s'",]+
    | (?<=hooks\.slack\.com/)[^\s'",<>]+                 # a response_url lets anybody write
    | (?<=hooks\.slack-gov\.com/)[^\s'",<>]+
    | (?<=://)[^\s/:@'"]*:[^\s/@'"]+(?=@)                # user and password of a database
    """,
    re.VERBOSE,
)


# What every record has; the rest was given as ``extra=``.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"asctime", "message", "taskName"}


def redact(text: str) -> str:
    """Replace every secret in a text by ``[hidden]``."""
    return _SECRETS.sub("[hidden]", text)


def context_of(record: logging.LogRecord) -> dict[str, object]:
    """Return what was given with a record as ``extra=``, in that order."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


class RedactingFilter(logging.Filter):
    """Rewrites a record so that no handler sees a secret, in its message, its context or its traceback.

    Put it on handlers: a logger's filter does not see the records of its children.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; it is always let through."""
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - a line that is written wrongly must not fail who wrote it
            message = f"{record.msg} (its arguments do not fit)"
        record.msg, record.args = redact(message), None
        for key, value in context_of(record).items():
            if value is not None and not isinstance(value, bool | int | float):
                setattr(record, key, redact(str(value)))
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
            record.exc_info = None
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def wire_logger(name: str) -> logging.Logger:
    """Return a logger for Slack's SDK: redacting, and silent about payloads.

    The SDK writes whole payloads at DEBUG, and does so for a logger without a
    level of its own; these never go below INFO.
    """
    logger = logging.getLogger(name)
    logger.setLevel(logging.INFO)
    if not any(isinstance(each, RedactingFilter) for each in logger.filters):
        logger.addFilter(RedactingFilter())
    return logger
