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


def redact(text: str) -> str:
    """Replace every secret in a text by ``[hidden]``."""
    return _SECRETS.sub("[hidden]", text)


class RedactingFilter(logging.Filter):
    """Rewrites a record so that no handler sees a secret, not even in a traceback.

    Put it on handlers: a logger's filter does not see the records of its children.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; it is always let through."""
        record.msg = redact(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
            record.exc_info = None
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
