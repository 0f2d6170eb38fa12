import json
from urllib.parse import parse_qs, urlsplit

from bot.slack.manifest import COMMAND, NEEDED_SCOPES, build_manifest, manifest_url
from bot.views import ids

URL = "https://bot.example.org/slack/events"


def test_the_command_is_the_one_that_is_listened_to() -> None:
    assert ids.COMMAND == COMMAND


def test_names_and_descriptions_keep_within_slacks_limits() -> None:
    manifest = build_manifest()
    command = manifest["features"]["slash_commands"][0]

    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    assert 2 <= len(command["command"]) <= 32
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000


def test_socket_mode_needs_no_address() -> None:
    manifest = build_manifest()

    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps({key: manifest[key] for key in ("features", "settings", "oauth_config")})


def test_http_sends_everything_to_the_one_address() -> None:
    manifest = build_manifest(request_url=URL)

    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["settings"]["event_subscriptions"]["request_url"] == URL
    assert manifest["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": URL,
        "message_menu_options_url": URL,
    }
    assert manifest["features"]["slash_commands"][0]["url"] == URL


def test_only_what_is_needed_is_asked_for() -> None:
    assert build_manifest()["oauth_config"]["scopes"] == {"bot": list(NEEDED_SCOPES)}


def test_user_groups_take_one_more_scope() -> None:
    manifest = build_manifest(with_user_groups=True)

    assert manifest["oauth_config"]["scopes"] == {"bot": [*NEEDED_SCOPES, "usergroups:read"]}


def test_direct_messages_are_allowed() -> None:
    assert build_manifest()["features"]["app_home"]["messages_tab_enabled"] is True


def test_home_is_there_and_the_bot_hears_when_it_is_opened() -> None:
    manifest = build_manifest()

    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert "app_home_opened" in manifest["settings"]["event_subscriptions"]["bot_events"]


def test_the_message_shortcut_is_the_one_that_is_listened_to() -> None:
    (shortcut,) = build_manifest()["features"]["shortcuts"]

    assert (ids.Shortcut.TURN_INTO_SEMINAR, "message") == (shortcut["callback_id"], shortcut["type"])
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150


def test_the_link_carries_the_whole_manifest() -> None:
    manifest = build_manifest(request_url=URL)

    link = urlsplit(manifest_url(manifest))

    assert (link.scheme, link.netloc, link.path) == ("https", "api.slack.com", "/apps")
    query = parse_qs(link.query)
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == manifest
    assert len(manifest_url(manifest)) < 8000
