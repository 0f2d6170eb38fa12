"""How the stand-in refuses a call: Slack's error code and what Slack says beside it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class RefusedError(Exception):
    """A call answered with `ok: false`.

    Args:
        code: Slack's name of the error.
        extra: What stands beside it in the answer, such as `needed` and `provided`.
    """

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def answer(self) -> Json:
        """Build the body that Slack would send."""
        return {"ok": False, "error": self.code, **self.extra}


def refuse_with_messages(code: str, messages: list[str]) -> RefusedError:
    """Make a refusal that carries Slack's list of what is wrong."""
    return RefusedError(code, response_metadata={"messages": messages})
