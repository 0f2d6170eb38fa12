"""The Home tab: drawn when it is opened, turned by its reader, and anew when something changes."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.gate import is_id
from bot.listeners.registering import Ack
from bot.services.feeds import FEED_PATH, give_feed_key
from bot.services.home import follow
from bot.storage.homes import open_home
from bot.storage.members import note_members
from bot.views.feed import build_feed_view
from bot.views.ids import Action

_NUMBER = re.compile(r"[0-9]{1,3}")
_PAGE = re.compile(f"{Action.HOME_PAGE}_(sooner|later)")


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the tab to its listeners."""

    async def handle_opened(event: dict[str, Any], body: dict[str, Any]) -> None:
        """Draw the tab for whoever opened it; Bolt has acknowledged the event by then."""
        if event.get("tab") != "home" or not is_id(event.get("user")):
            return
        await _draw(side, body, str(event["user"]), {"page": 0})

    async def handle_page(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Turn the page of what is coming."""
        value = str(action.get("value") or "")
        page = int(value) if _NUMBER.fullmatch(value) else 0
        side.after_ack(body, _draw(side, body, user_of(body), {"page": page}))
        await ack()

    async def handle_filter(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Show everything that is coming, or only what its reader follows."""
        chosen = action.get("selected_option") or {}
        shown = {"page": 0, "shows": str(chosen.get("value") or "")}
        side.after_ack(body, _draw(side, body, user_of(body), shown))
        await ack()

    async def handle_follow(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Follow a series or a speaker, or no longer; acknowledged once it is saved."""
        chosen = action.get("selected_option") or {}
        way, _, rest = str(chosen.get("value") or "").partition("|")
        what, _, which = rest.partition("|")
        workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
        if which:
            await side.write(
                lambda session: follow(session, workspace_id, user_id, what, which, is_wanted=way == "on")
            )
        side.after_ack(body, _draw(side, body, user_id, {}))
        await ack()

    async def handle_feed(ack: Ack, body: dict[str, Any]) -> None:
        """Show the address of the member's calendar feed."""
        side.after_ack(body, _show_feed(side, body, anew=False))
        await ack()

    async def handle_revoke(ack: Ack, body: dict[str, Any]) -> None:
        """Make the address anew; the old one leads nowhere then."""
        side.after_ack(body, _show_feed(side, body, anew=True))
        await ack()

    app.event("app_home_opened")(handle_opened)
    app.action(Action.FEED)(handle_feed)
    app.action(Action.FEED_REVOKE)(handle_revoke)
    app.action(_PAGE)(handle_page)
    app.action(Action.HOME_FILTER)(handle_filter)
    app.action(Action.FOLLOW)(handle_follow)


async def _draw(side: DeskSide, body: dict[str, Any], user_id: str, shown: dict[str, Any]) -> None:
    installation, now = side.installation(body), side.clock.now()
    is_staff = await side.rights.is_staff(installation, user_id)
    known = shown | {"is_staff": is_staff, "has_feed": bool(side.public_url)}
    workspace_id = installation.workspace_id

    def work(session: Any) -> None:  # noqa: ANN401 - the session of a transaction
        note_members(session, [(workspace_id, user_id)])
        open_home(session, workspace_id, user_id, shown=known, now=now)

    await side.write(work)
    side.on_promised()


async def _show_feed(side: DeskSide, body: dict[str, Any], *, anew: bool) -> None:
    if not side.public_url:
        return  # the button is from a time when feeds were served
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    key = await side.write(lambda session: give_feed_key(session, workspace_id, user_id, anew=anew))
    view = build_feed_view(f"{side.public_url}{FEED_PATH.format(key=key)}", is_new=anew)
    if (body.get("view") or {}).get("type") == "modal":
        await side.update_view(body, view)
    else:
        await side.open_view(body, view)
