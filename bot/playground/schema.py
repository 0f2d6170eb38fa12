"""Small rules from which the shapes of Block Kit are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Rule = Callable[["Check", object, str], None]


class Check:
    """One look through a message or a view, collecting Slack's complaints.

    Args:
        surface: `message`, `modal` or `home`.
    """

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.problems: list[str] = []

    def error(self, message: str, pointer: str) -> None:
        """Note a complaint in the words that Slack uses."""
        self.problems.append(f"[ERROR] {message} [json-pointer:{pointer}]")


@dataclass(frozen=True)
class Shape:
    """The fields of one kind of object; any other field is refused."""

    required: dict[str, Rule] = field(default_factory=dict)
    optional: dict[str, Rule] = field(default_factory=dict)
    also: tuple[Rule, ...] = ()

    def __call__(self, check: Check, value: object, at: str) -> None:
        """Check an object against this shape."""
        if not isinstance(value, dict):
            check.error("must be an object", at)
            return
        for name in self.required:
            if value.get(name) is None:
                check.error(f"missing required field: {name}", at)
        for name, content in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                if name != "type":
                    check.error(f"invalid additional property: {name}", at)
            elif content is not None:
                rule(check, content, f"{at}/{name}")
        for rule in self.also:
            rule(check, value, at)


def string(most: int, least: int = 1) -> Rule:
    """Want a string of so many characters."""

    def rule(check: Check, value: object, at: str) -> None:
        if not isinstance(value, str):
            check.error("must be a valid string", at)
        elif len(value) > most:
            check.error(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            check.error(f"must be more than {least - 1} characters", at)

    return rule


def boolean(check: Check, value: object, at: str) -> None:
    """Want true or false."""
    if not isinstance(value, bool):
        check.error("must be a valid boolean", at)


def integer(least: int, most: int) -> Rule:
    """Want a whole number within bounds."""

    def rule(check: Check, value: object, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            check.error("must be a valid number", at)
        elif not least <= value <= most:
            check.error(f"must be between {least} and {most}", at)

    return rule


def one_of(*allowed: str) -> Rule:
    """Want one of some words."""

    def rule(check: Check, value: object, at: str) -> None:
        if value not in allowed:
            check.error(f"must be one of: {', '.join(allowed)}", at)

    return rule


def items(rule: Rule, most: int, least: int = 1) -> Rule:
    """Want a list of so many things, each obeying a rule."""

    def check_items(check: Check, value: object, at: str) -> None:
        if not isinstance(value, list):
            check.error("must be an array", at)
            return
        if len(value) > most:
            check.error(f"no more than {most} items allowed", at)
        if len(value) < least:
            check.error(f"no fewer than {least} items allowed", at)
        for index, item in enumerate(value):
            rule(check, item, f"{at}/{index}")

    return check_items


def text(most: int, *, plain: bool = False, least: int = 1) -> Rule:
    """Want a text object; `plain` refuses mrkdwn."""
    plain_shape = Shape({"text": string(most, least)}, {"emoji": boolean})
    mrkdwn_shape = Shape({"text": string(most, least)}, {"verbatim": boolean})

    def rule(check: Check, value: object, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind == "plain_text":
            plain_shape(check, value, at)
        elif kind == "mrkdwn" and not plain:
            mrkdwn_shape(check, value, at)
        else:
            check.error(f"must be a {'plain_text' if plain else 'text'} object", at)

    return rule


def typed(kinds: dict[str, Shape], what: str) -> Rule:
    """Want an object whose `type` is one of these, in the shape of that type."""

    def rule(check: Check, value: object, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        shape = kinds.get(kind) if isinstance(kind, str) else None
        if shape is None:
            check.error(f"unsupported type: {kind} for {what}", f"{at}/type")
        else:
            shape(check, value, at)

    return rule


def anything(check: Check, value: object, at: str) -> None:
    """Take whatever stands there; Slack's own rule for it is not known or not needed."""
