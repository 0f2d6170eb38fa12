"""Modals and Home tabs: how they are checked, kept, stacked and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.playground.blocks import find_view_problems, is_too_large, with_ids
from bot.playground.forms import carry_over, state_values
from bot.playground.refusals import Json, RefusedError, refuse_with_messages
from bot.playground.state import View

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace
    from bot.playground.world import World

MOST_STACKED = 3


def check_view(view: Any, surface: str) -> Json:  # noqa: ANN401  whatever JSON the app sent
    """Refuse a view that Slack would refuse.

    Raises:
        RefusedError: `invalid_arguments` with what is wrong, or `view_too_large`.
    """
    problems = find_view_problems(view, surface)
    if problems:
        raise refuse_with_messages("invalid_arguments", problems)
    checked: Json = view
    if is_too_large(checked):
        raise RefusedError("view_too_large")
    return checked


def new_view(world: World, user_id: str, content: Json, channel: str | None = None) -> View:
    """Make a view that nothing is stacked under."""
    view_id = world.next_id("V")
    kept = {**content, "blocks": with_ids(content["blocks"], seed=world.next_id("b"))}
    typed = carry_over(kept["blocks"], [], {}, channel)
    return View(view_id, world.clock.view_hash(), user_id, kept, view_id, typed=typed, opened_in=channel)


def change_view(world: World, view: View, content: Json) -> None:
    """Replace what a view shows; what was typed survives where the ids stay."""
    kept = {**content, "blocks": with_ids(content["blocks"], seed=world.next_id("b"))}
    view.typed = carry_over(kept["blocks"], view.blocks, view.typed, view.opened_in)
    view.content = kept
    view.hash = world.clock.view_hash()
    view.errors = {}
    view.revision += 1
    world.changed()


def open_view(workspace: Workspace, view: View) -> None:
    """Show a modal instead of whatever modals the member had open."""
    _close(workspace.stacks.get(view.user_id, []))
    workspace.stacks[view.user_id] = [view]
    workspace.world.changed()


def push_view(workspace: Workspace, view: View) -> None:
    """Show a modal on top of the member's others.

    Raises:
        RefusedError: `push_limit_reached` over the third, `not_found` under none.
    """
    stack = workspace.stacks.get(view.user_id, [])
    if not stack:
        raise RefusedError("not_found")
    if len(stack) >= MOST_STACKED:
        raise RefusedError("push_limit_reached")
    view.root_id, view.previous_id = stack[0].id, stack[-1].id
    stack.append(view)
    workspace.world.changed()


def close_view(workspace: Workspace, view: View, *, whole_stack: bool = False) -> list[View]:
    """Take a view from the screen, with those above it or with all; gives those that closed."""
    stack = workspace.stacks.get(view.user_id, [])
    if view not in stack:
        return []
    start = 0 if whole_stack else stack.index(view)
    closed, stack[start:] = stack[start:], []
    _close(closed)
    workspace.world.changed()
    return closed


def _close(views: list[View]) -> None:
    for view in views:
        view.is_open = False


def find_view(workspace: Workspace, view_id: str | None, external_id: str | None) -> View | None:
    """Find an open modal, or a Home tab, by Slack's id or by the app's."""
    modals = [view for stack in workspace.stacks.values() for view in stack]
    for view in [*modals, *workspace.homes.values()]:
        if view.id == view_id or (external_id and view.external_id == external_id):
            return view
    return None


def view_as_slack(workspace: Workspace, view: View) -> Json:
    """Build the view object of answers and interactions, state included."""
    world, content = workspace.world, view.content
    about: Json = {
        "id": view.id,
        "team_id": workspace.id,
        "type": content["type"],
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata") or "",
        "callback_id": view.callback_id,
        "state": {"values": state_values(view.blocks, view.typed, world.file_as_slack)},
        "hash": view.hash,
        "title": content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(content.get("clear_on_close")),
        "notify_on_close": bool(content.get("notify_on_close")),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": world.app_id,
        "external_id": view.external_id,
        "app_installed_team_id": workspace.id,
        "bot_id": workspace.bot_id,
    }
    return about
