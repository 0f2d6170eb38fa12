"""The settings modal: what it shows, what it reads back, and what is wrong with it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.workspace_settings import WorkspaceSettings, list_differences, merge_settings
from bot.views.settings import (
    ABSENT,
    GroupMenu,
    build_may_not_set,
    build_settings,
    build_settings_late,
    compare_meanwhile,
)
from bot.views.settings_state import find_errors, read_base, read_menu, read_typed
from tests.factories import NOW
from tests.payloads import check_message, check_view

SET = WorkspaceSettings(
    people=("U0BEA", "U0CAI"),
    groups=("S0TALKS",),
    zone="Australia/Perth",
    reminders=(1440, 60),
    channels=("C0TALKS",),
    retention_days=90,
    version=7,
)
NAMES = {"S0TALKS": "@talks: Talks team", "S0DEAN": "@dean: Dean’s office"}
MENU = GroupMenu(NAMES)
FULL = replace(
    SET,
    people=tuple(f"U0{number:09}" for number in range(50)),
    groups=tuple(f"S0{number:09}" for number in range(20)),
    channels=tuple(f"C0{number:09}" for number in range(10)),
    reminders=(10080, 1440, 180, 60, 10),
    retention_days=400,
)
MANY = GroupMenu({f"S0{number:09}": "@" + "x" * 200 for number in range(150)})


def inputs_of(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        block["element"]["action_id"]: block["element"]
        for block in view["blocks"]
        if block["type"] == "input"
    }


def typed_of(base: WorkspaceSettings, **values: str | list[str]) -> WorkspaceSettings:
    return read_typed({f"{name}-7": value for name, value in values.items()}, base)


@pytest.mark.parametrize("settings", [SET, WorkspaceSettings(), FULL, replace(SET, zone="Mars/Olympus")])
@pytest.mark.parametrize("menu", [MENU, MANY, *(GroupMenu({}, why) for why in ABSENT)])
def test_the_modal_is_one_that_slack_takes(settings: WorkspaceSettings, menu: GroupMenu) -> None:
    meanwhile = compare_meanwhile(SET, settings, FULL)

    view = build_settings(settings, settings, menu, NOW, set_for_all=["U0ENV", "S0ENV"], meanwhile=meanwhile)

    check_view(view)
    assert 6 - (not menu.names) == len(inputs_of(view))
    assert len(view["private_metadata"]) <= 3000


def test_a_zone_that_this_machine_does_not_know_any_more_is_shown_by_its_name() -> None:
    current = replace(SET, zone="Mars/Base")

    view = build_settings(SET, SET, MENU, NOW, meanwhile=compare_meanwhile(SET, SET, current))

    assert "Mars/Base" in str(view["blocks"])


def test_what_it_carries_is_read_back() -> None:
    view = build_settings(FULL, FULL, GroupMenu({}, "scope"), NOW)

    carried = read_base(view["private_metadata"])

    assert (FULL, "scope") == carried
    assert carried is not None
    assert FULL.version == carried[0].version


@pytest.mark.parametrize("metadata", [None, "", "7", "[]", "{}", '{"version": 1}', "null", 7])
def test_what_is_not_ours_is_not_read(metadata: object) -> None:
    assert read_base(metadata) is None


def test_the_groups_that_were_offered_are_offered_again() -> None:
    view = build_settings(SET, SET, MENU, NOW)

    assert MENU == read_menu(view, "")


def test_a_group_that_slack_no_longer_lists_stays_chosen() -> None:
    element = inputs_of(build_settings(replace(SET, groups=("S0GONE",)), SET, MENU, NOW))["groups"]

    assert ["S0GONE"] == [option["value"] for option in element["initial_options"]]
    assert "S0GONE (not in use any more)" == element["options"][0]["text"]["text"]


def test_what_was_chosen_is_read() -> None:
    typed = typed_of(
        SET,
        people=["U0CAI", "U0ANA", "U0ANA"],
        groups=["S0DEAN"],
        zone="Asia/Almaty",
        reminders=["60", "10080", "7"],
        channels=["C0B", "C0A"],
        retention_days="365",
    )

    assert typed == WorkspaceSettings(
        ("U0ANA", "U0CAI"), ("S0DEAN",), "Asia/Almaty", (10080, 60), ("C0B", "C0A"), 365
    )


def test_what_is_emptied_is_empty_and_groups_without_an_input_stay() -> None:
    typed = typed_of(SET, people=[], zone="", reminders=[], channels=[], retention_days="ever")

    assert typed == WorkspaceSettings((), SET.groups, None, (), (), None)


@pytest.mark.parametrize("days", ["", "7", "None", "-30", "ninety"])
def test_a_time_that_is_not_offered_keeps_names_for_ever(days: str) -> None:
    assert typed_of(SET, retention_days=days).retention_days is None


@pytest.mark.parametrize(
    ("wrong", "block"),
    [
        ({"people": ["<!channel>"]}, "people-7"),
        ({"people": ["S0TALKS"]}, "people-7"),
        ({"people": [f"U0{number}" for number in range(51)]}, "people-7"),
        ({"groups": ["U0BEA"]}, "groups-7"),
        ({"groups": [f"S0{number}" for number in range(21)]}, "groups-7"),
        ({"zone": "Mars/Olympus"}, "zone-7"),
        ({"channels": ["D0BEA"]}, "channels-7"),
        ({"channels": [f"C0{number}" for number in range(11)]}, "channels-7"),
    ],
)
def test_what_is_wrong_is_said_under_its_input(wrong: dict[str, list[str] | str], block: str) -> None:
    assert [block] == list(find_errors(typed_of(SET, **wrong), SET))


def test_what_is_right_has_no_errors() -> None:
    assert {} == find_errors(FULL, FULL)


def test_a_second_admin_keeps_what_they_changed_and_gets_the_rest() -> None:
    typed = replace(SET, zone="Asia/Almaty", people=())
    current = replace(SET, people=("U0DAN",), retention_days=30, version=8)

    merged = merge_settings(SET, typed, current)

    assert (replace(current, zone="Asia/Almaty", people=()), 8) == (merged, merged.version)
    assert ("people", "retention_days") == list_differences(SET, current)


def test_blocks_shown_after_a_save_in_between_are_new_ones() -> None:
    before = build_settings(SET, SET, MENU, NOW)
    current = replace(SET, version=8)

    after = build_settings(SET, current, MENU, NOW, meanwhile=compare_meanwhile(SET, SET, current))

    ids = [
        {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        for view in (before, after)
    ]
    assert set() == ids[0] & ids[1]


@pytest.mark.parametrize("may_be_open", [True, False])
def test_words_about_the_settings_are_messages_that_slack_takes(may_be_open: bool) -> None:  # noqa: FBT001
    check_message(build_settings_late(may_be_open=may_be_open))
    check_message(build_may_not_set())
