import io
import logging

import pytest

from bot.slack.redacting import RedactingFilter, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("token=xoxb-12-34-aB", "token=[hidden]"),
        ("xoxe.xoxb-1-abc!", "[hidden]!"),
        ("xapp-1-A0-2-ff", "[hidden]"),
        ("Bearer abc.def", "Bearer [hidden]"),
        (
            "wss://wss.slack.com/link/?ticket=ab-cd&app_id=1",
            "wss://wss.slack.com/link/?ticket=[hidden]&app_id=1",
        ),
        ("https://hooks.slack.com/actions/T1/2/x", "https://hooks.slack.com/[hidden]"),
        ("postgresql://bot:pw@db/x", "postgresql://[hidden]@db/x"),
        ("nothing to hide at 10:30", "nothing to hide at 10:30"),
    ],
)
def test_a_secret_is_hidden(text: str, expected: str) -> None:
    assert expected == redact(text)


def test_a_traceback_is_redacted_too() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactingFilter())
    logger = logging.getLogger("test.redacting")
    logger.addHandler(handler)

    try:
        raise ValueError("xoxb-1-secret")  # noqa: TRY301 - what a library would do
    except ValueError:
        logger.exception("with %s", "xapp-1-secret")

    assert "secret" not in written.getvalue()
    assert "ValueError: [hidden]" in written.getvalue()
