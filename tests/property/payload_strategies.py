"""Payloads as Slack sends them, one of each kind and place, and ways to spoil them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from bot.views.ids import Action, Callback, Shortcut, preview_action
from tests.benchmarks.stage import TEAM

Json = dict[str, Any]
Path = tuple[str | int, ...]

STAFF = "U0STAFF"
SEMINAR = "1"
RESPONSE_URL = "https://hooks.slack.com/actions/T0CAIS/1/x"

WHAT = {"title": "Khorgos", "speakers": "Dana Rice, CAIS", "abstract": "Words.", "bio": "More."}
TALK = "Title: Reefs\nSpeaker: Ann Lee\nWhen: Wednesday 11 November 2026, 13:00\nWhere: Room 2"
# At a host that is asked for nothing.
FILE = {"id": "F1", "name": "talk.ics", "size": 20, "url_private": "https://files.slack.com.evil.example/f"}
_CHANNEL = {"id": "C0TALKS", "name": "talks"}
_OLD_KINDS = ("interactive_message", "dialog_submission", "dialog_cancellation", "workflow_step_edit")


def _base(kind: str, **rest: Any) -> Json:
    person = {"id": STAFF, "username": "ana", "name": "ana", "team_id": TEAM}
    return {
        "type": kind,
        "user": person,
        "api_app_id": "A0BENCH",
        "token": "unused",
        "team": {"id": TEAM, "domain": "cais"},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": "1.2.abc",
        **rest,
    }


def press(action_id: str, value: str = SEMINAR, *, user: str = STAFF, place: str = "channel") -> Json:
    """A press of a button in a message that all see, only its reader sees, or in a direct message."""
    entry = {"type": "button", "action_id": action_id, "block_id": "b1", "value": value, "action_ts": "1.2"}
    channel = {"id": "D0ANA", "name": "directmessage"} if place == "direct" else _CHANNEL
    payload = _base(
        "block_actions",
        container={
            "type": "message",
            "message_ts": "1596000000.000100",
            "channel_id": channel["id"],
            "is_ephemeral": place == "ephemeral",
        },
        channel=channel,
        message={"type": "message", "ts": "1596000000.000100", "text": "Seminar", "blocks": []},
        state={"values": {}},
        response_url=RESPONSE_URL,
        actions=[entry],
    )
    payload["user"] = payload["user"] | {"id": user}
    return payload


def view(callback_id: str, values: Json, *, kind: str = "modal", metadata: str = "1 C0TALKS") -> Json:
    """A modal or a Home tab as Slack gives it back."""
    return {
        "id": "V1",
        "team_id": TEAM,
        "type": kind,
        "callback_id": callback_id,
        "private_metadata": metadata,
        "hash": "1.a",
        "state": {"values": values},
        "blocks": [],
    }


def what_values(**typed: str) -> Json:
    """The state of the form's first step."""
    return {
        name: {"value": {"type": "plain_text_input", "value": text}} for name, text in (WHAT | typed).items()
    }


def pasted_values(text: str, *files: Json) -> Json:
    """The state of the box that an announcement is pasted into."""
    return {
        "paste_text": {"value": {"type": "plain_text_input", "value": text}},
        "paste_file": {"value": {"type": "file_input", "files": list(files)}},
    }


def said(text: str, **rest: Any) -> Json:
    """A message as a shortcut brings it, with what was typed as rich text."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    blocks = [{"type": "rich_text", "block_id": "b1", "elements": [section]}]
    return {"type": "message", "user": "U0DANA", "ts": "1.2", "text": text, "blocks": blocks, **rest}


def _view_press(action_id: str, value: str, kind: str) -> Json:
    entry = {"type": "button", "action_id": action_id, "block_id": "back", "value": value, "action_ts": "1.2"}
    shown = view(Callback.FORM_WHAT if action_id == Action.PASTE else Callback.FORM_WHEN, {}, kind=kind)
    return _base("block_actions", container={"type": "view", "view_id": "V1"}, view=shown, actions=[entry])


def _event(**event: Any) -> Json:
    return {
        "token": "unused",
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev1",
        "event_time": 1596000000,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
        "is_ext_shared_channel": False,
    }


def command(text: str, name: str = "/seminar") -> Json:
    """A slash command; all of it strings."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "team_domain": "cais",
        "channel_id": "C0TALKS",
        "channel_name": "talks",
        "user_id": STAFF,
        "user_name": "ana",
        "command": name,
        "text": text,
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": RESPONSE_URL,
        "trigger_id": "1.2.abc",
    }


COMMANDS: tuple[Json, ...] = (
    *(command(text) for text in ("", "new", "list", "help", "new payload=1", f"new {TALK}")),
    command("", "/old"),
    {"ssl_check": "1", "token": "unused"},
)
PRESSES: tuple[Json, ...] = (
    *(press(action) for action in (*Action, preview_action(1), "retired")),
    *(press(action, place=place) for action in ("register", "details") for place in ("ephemeral", "direct")),
    *(
        _view_press(action, "what", kind)
        for action in ("form_back", "register", Action.PASTE)
        for kind in ("modal", "home")
    ),
)
VIEWS: tuple[Json, ...] = (
    *(
        _base("view_submission", view=view(one, what_values()), response_urls=[])
        for one in (*Callback, "old")
    ),
    *(
        _base("view_submission", view=view(Callback.PASTE, pasted_values(text, *files)), response_urls=[])
        for text, files in ((TALK, ()), ("", (FILE,)))
    ),
    _base("view_closed", view=view(Callback.FORM_WHAT, {}), is_cleared=False),
)
OTHERS: tuple[Json, ...] = (
    *(
        _base("block_suggestion", action_id=action, block_id="zone", value="syd", view=view("form_when", {}))
        for action in (Action.ZONE_OPTIONS, "retired")
    ),
    _base("shortcut", callback_id="retired", action_ts="1.2"),
    *(
        _base("message_action", callback_id=one, channel=_CHANNEL, message=message, response_url=RESPONSE_URL)
        for one, message in (
            ("retired", {}),
            (Shortcut.TURN_INTO_SEMINAR, {}),
            (Shortcut.TURN_INTO_SEMINAR, said(TALK, files=[FILE], attachments=[{"text": "a &lt; b"}])),
        )
    ),
    *(_base(kind, callback_id="register", response_url=RESPONSE_URL, actions=[{}]) for kind in _OLD_KINDS),
    {"type": "url_verification", "token": "unused", "challenge": "word"},
)
EVENTS: tuple[Json, ...] = (
    _event(type="user_change", user={"id": STAFF, "team_id": TEAM, "tz": "Europe/Berlin", "is_admin": True}),
    _event(type="app_home_opened", user=STAFF, channel="D0ANA", tab="home", view=view("", {}, kind="home")),
    _event(type="message", channel_type="im", user=STAFF, text="hello", ts="1.2", channel="D0ANA"),
    _event(type="message", subtype="message_changed", message={"user": STAFF}, channel="C0TALKS"),
    _event(type="reaction_added", item={"type": "message", "channel": "C0TALKS"}, user=STAFF),
    _event(type="function_executed", function={}, inputs={}, function_execution_id="Fx1"),
)

JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 10**300, 1.5, "", " ", "\x00", "\ud800", "U\ud800", "U" * 33, "x" * 20_000),
    *([], {}, [None], {"id": None}, {"id": 7}, {"id": "T0OTHER"}, [[[[{}]]]], {"type": "modal"}, "register"),
    *("T0OTHER", "U0OTHER", "C0OTHER", "999999", "-1", "1e3", "\u0661", "1 \x00", "9" * 400, "<!channel>"),
    *(
        "block_actions",
        "view_submission",
        "event_callback",
        "command",
        "workflow_step",
        "javascript:alert(1)",
    ),
    *("http://127.0.0.1:1/", "https://hooks.slack.com.evil.example/", "https://[", "/relative"),
)
NESTED: Any = json.loads("[" * 200 + "]" * 200)
VALUES = st.one_of(
    st.sampled_from((*JUNK, NESTED)),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters(), max_size=8)),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
        max_leaves=4,
    ),
)
_EXTRA_KEYS = ("command", "event", "view", "actions", "authorizations", "team", "ssl_check", "response_urls")


def paths_of(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yield where each part of a payload stands, itself excepted."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*at, key)
        yield from paths_of(part, (*at, key))


def _holder(payload: Any, path: Path) -> Any:
    for key in path[:-1]:
        payload = payload[key]
    return payload


@st.composite
def spoiled(draw: st.DrawFn, valid: tuple[Json, ...]) -> Json:
    """A payload with up to three parts missing, replaced, or added."""
    payload = deepcopy(draw(st.sampled_from(valid)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(paths_of(payload)) or [("type",)]))
        spoil = draw(st.sampled_from(("lose", "replace", "replace", "wrap", "add")))
        holder, key = _holder(payload, path), path[-1]
        if spoil == "lose":
            holder.pop(key, None) if isinstance(holder, dict) else holder.pop(int(key))
        elif spoil == "replace":
            holder[key] = deepcopy(draw(VALUES))  # it may be spoiled in its turn
        elif spoil == "wrap":
            holder[key] = [holder.get(key)] if isinstance(holder, dict) else [holder[int(key)]]
        else:
            payload[draw(st.sampled_from(_EXTRA_KEYS))] = deepcopy(draw(VALUES))
    return payload
