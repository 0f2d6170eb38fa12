"""The app as Slack must know it: what it may do, what it hears, how it is reached."""

import json
from typing import Any
from urllib.parse import quote

COMMAND = "/seminar"

# Each with what would not work without it.
NEEDED_SCOPES: dict[str, str] = {
    "commands": "the command /seminar",
    "chat:write": "announcements and direct messages",
    "chat:write.public": "announcing in public channels that the bot has not joined",
    "im:write": "opening a direct message",
    "users:read": "time zones, and who is an admin",
    "channels:read": "checking a public channel before a seminar is saved",
    "groups:read": "checking a private channel before a seminar is saved",
    "files:write": "sending staff the roster as a file, and members their calendar files",
    "files:read": "reading an announcement or a calendar that somebody attached",
}
USER_GROUP_SCOPE = "usergroups:read"

EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_unarchive",
    "tokens_revoked",
    "user_change",
)
SHORTCUT = "turn_into_seminar"

_SCHEMA = "https://raw.githubusercontent.com/slackapi/manifest-schema/main/manifest.schema.json"


def build_manifest(*, request_url: str | None = None, with_user_groups: bool = False) -> dict[str, Any]:
    """Build the app's manifest.

    Args:
        request_url: Where Slack sends requests, such as ``https://bot.example.org/slack/events``;
            None is Socket Mode, which needs no public address.
        with_user_groups: Asks for the scope that staff by user group need.
    """
    where = {} if request_url is None else {"request_url": request_url}
    # The menu of time zones is filled by the app; Slack asks for it at an address of its own.
    menus = {} if request_url is None else {"message_menu_options_url": request_url}
    command = {
        "command": COMMAND,
        "description": "Announce a seminar, see those that are coming",
        "usage_hint": "[new|new and an announcement|list|manage and a word of the title|check|help]",
        "should_escape": False,
    }
    return {
        "$schema": _SCHEMA,
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Seminar Bot",
            "description": "Announces seminars, takes registrations, keeps the line, reminds everyone",
            "background_color": "#2c2d30",
        },
        "features": {
            # Reminders are direct messages: without the messages tab Slack refuses them.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Seminar Bot", "always_online": True},
            "shortcuts": [
                {
                    "name": "Turn into a seminar",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Fills the form for a new seminar from what a message says",
                }
            ],
            "slash_commands": [command if request_url is None else command | {"url": request_url}],
        },
        "oauth_config": {
            "scopes": {"bot": [*NEEDED_SCOPES, *([USER_GROUP_SCOPE] if with_user_groups else [])]}
        },
        "settings": {
            "event_subscriptions": {**where, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **where, **menus},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }


def manifest_url(manifest: dict[str, Any]) -> str:
    """Return the link that opens Slack's page for a new app with the manifest filled in."""
    compact = json.dumps(manifest, separators=(",", ":"))
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(compact, safe='')}"
