"""Hosts and staff: admins set who announces, and what a new seminar begins with."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.person import Person
from bot.playground.state import View
from bot.storage import tables
from bot.views.settings import SAVED
from tests.e2e.stories import Scene, open_scene

SYDNEY, PERTH = "Australia/Sydney", "Australia/Perth"


async def open_settings(person: Person, channel: str = "C0TALKS") -> View:
    await person.command("/seminar", "settings", channel=channel)
    return await person.wait_for_view("settings")


async def save(person: Person, **fields: object) -> None:
    """Set those fields of the settings, and save."""
    await person.fill(await open_settings(person), fields)
    await person.submit()
    await person.wait_for_view(contains=SAVED)
    await person.close(whole_stack=True)


async def zone_option(person: Person, query: str) -> object:
    assert person.view is not None
    return (await person.suggest(person.view, "zone_options", query))[0]


def workspace(scene: Scene) -> tables.Workspace:
    with Session(scene.engine) as session:
        return session.scalars(select(tables.Workspace)).one()


async def test_a_person_made_staff_announces_at_once_and_is_named_to_others(socket_scene: Scene) -> None:
    scene, bea = socket_scene, socket_scene.member(0)
    await bea.command("/seminar", "new", channel="C0TALKS")
    await bea.wait_for_ephemeral(contains="Only staff may announce")

    await save(scene.ana, people=[bea.id])

    await bea.command("/seminar", "new", channel="C0TALKS")
    await bea.wait_for_view("form_what")
    await scene.member(1).command("/seminar", "new", channel="C0TALKS")
    told = await scene.member(1).wait_for_ephemeral(contains="You can ask")
    assert bea.id in str(told.blocks)


async def test_who_is_taken_off_the_list_is_staff_no_more(socket_scene: Scene) -> None:
    scene, bea = socket_scene, socket_scene.member(0)
    await save(scene.ana, people=[bea.id])

    await save(scene.ana, people=[])

    await bea.command("/seminar", "new", channel="C0TALKS")
    await bea.wait_for_ephemeral(contains="Only staff may announce")
    assert bea.view is None


async def test_everybody_in_a_user_group_is_staff(socket_scene: Scene) -> None:
    scene, bea = socket_scene, socket_scene.member(0)
    scene.ws.add_usergroup("S0TALKS", "talks-team", [bea.id], "Talks team")

    await save(scene.ana, groups=["S0TALKS"])

    await bea.command("/seminar", "new", channel="C0TALKS")
    await bea.wait_for_view("form_what")
    await scene.member(1).command("/seminar", "new", channel="C0TALKS")
    await scene.member(1).wait_for_ephemeral(contains="Only staff may announce")


async def test_a_group_of_which_slack_says_nothing_makes_nobody_staff_and_says_so(
    socket_scene: Scene,
) -> None:
    scene, bea = socket_scene, socket_scene.member(0)
    scene.ws.add_usergroup("S0TALKS", "talks-team", [bea.id], "Talks team")
    await save(scene.ana, groups=["S0TALKS"])

    scene.pg.faults.add("usergroups.users.list", "http_500")
    await bea.command("/seminar", "new", channel="C0TALKS")

    await bea.wait_for_ephemeral(contains="Slack did not answer in time")
    assert bea.view is None


async def test_without_the_scope_the_modal_says_why_it_offers_no_groups(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.remove_scope("usergroups:read")

    view = await open_settings(scene.ana)

    assert "lacks the scope usergroups:read" in view.shown
    assert "groups" not in {element["action_id"] for _block, element in view.controls}


async def test_staff_who_are_no_admins_read_who_may_change_the_settings(socket_scene: Scene) -> None:
    scene, bea = socket_scene, socket_scene.member(0)
    await save(scene.ana, people=[bea.id])

    await bea.command("/seminar", "settings", channel="C0TALKS")

    await bea.wait_for_ephemeral(contains="Only admins and owners of the workspace may change its settings")
    assert bea.view is None


async def test_an_admin_who_is_one_no_longer_saves_nothing(socket_scene: Scene) -> None:
    scene = socket_scene
    view = await open_settings(scene.ana)
    await scene.ana.fill(view, {"people": ["U0M00"]})

    scene.ws.change_user("U0ANA", is_admin=False)
    await scene.pg.delivery.settle()
    await scene.ana.submit()

    assert scene.ana.view is not None
    assert "Only admins and owners" in scene.ana.view.shown
    assert 1 == workspace(scene).version


async def test_a_new_seminar_begins_with_what_is_set(socket_scene: Scene) -> None:
    scene = socket_scene
    view = await open_settings(scene.ana)
    await scene.ana.fill(
        view,
        {
            "zone_options": await zone_option(scene.ana, "Perth"),
            "reminders": ["180"],
            "channels": ["C0STAFF"],
            "retention_days": "365",
        },
    )
    await scene.ana.submit()
    await scene.ana.wait_for_view(contains=SAVED)
    await scene.ana.close(whole_stack=True)

    await scene.ana.command("/seminar", "new")
    await scene.ana.wait_for_view("form_what")

    with Session(scene.engine) as session:
        fields = session.scalars(select(tables.Draft)).one().fields
    begun = {name: fields[name] for name in ("zone", "reminders", "channels")}
    assert {"zone": PERTH, "reminders": ["180"], "channels": ["C0STAFF"]} == begun
    assert 365 == workspace(scene).retention_days


async def test_a_seminar_begun_in_a_channel_is_announced_there(socket_scene: Scene) -> None:
    scene = socket_scene
    await save(scene.ana, channels=["C0STAFF"])

    await scene.ana.command("/seminar", "new", channel="C0TALKS")
    await scene.ana.wait_for_view("form_what")

    with Session(scene.engine) as session:
        fields = session.scalars(select(tables.Draft)).one().fields
    assert (SYDNEY, ["C0TALKS"]) == (fields["zone"], fields["channels"])


async def test_two_admins_at_once_lose_nothing(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.add_user("U0OLA", "Ola", tz=SYDNEY, is_owner=True)
    ola = scene.pg.person(scene.ws, "U0OLA")
    second = await open_settings(ola)
    await ola.fill(second, {"people": ["U0M01"], "reminders": ["60"]})
    await save(scene.ana, people=["U0M00"], retention_days="90")

    await ola.submit(second)

    again = await ola.wait_for_view("settings", contains="Somebody else saved these settings")
    assert "You changed this too: yours stands below." in again.shown
    assert "90 days" in again.shown
    assert ["U0M00"] == grants(scene)
    await ola.submit()
    await ola.wait_for_view(contains=SAVED)
    saved = workspace(scene)
    assert (["U0M01"], [60], 90) == (grants(scene), saved.default_reminders, saved.retention_days)


def grants(scene: Scene) -> list[str]:
    with Session(scene.engine) as session:
        return list(session.scalars(select(tables.StaffGrant.reference)))


async def test_the_setting_of_who_runs_the_bot_counts_and_is_named(template: Path) -> None:
    async with open_scene(template, "socket", staff="U0M05") as scene:
        view = await open_settings(scene.ana)
        await scene.member(5).command("/seminar", "new", channel="C0TALKS")

        await scene.member(5).wait_for_view("form_what")
        assert "Staff as well, set by who runs the bot: " in view.shown
        assert scene.member(5).id in str(view.blocks)


async def test_hosts_manage_their_seminar_and_nothing_else(socket_scene: Scene) -> None:
    scene, bea = socket_scene, socket_scene.member(0)
    card = await scene.announce()
    with Session(scene.engine) as session:
        session.add(tables.Host(seminar_id=1, user_id=bea.id))
        session.commit()

    await bea.press(card, "manage")
    await bea.wait_for_view("manage")
    await bea.close()

    await bea.command("/seminar", "settings", channel="C0TALKS")
    await bea.wait_for_ephemeral(contains="Only admins and owners")
    await bea.command("/seminar", "new", channel="C0TALKS")
    await bea.wait_for_ephemeral(contains="Only staff may announce")
    other = await scene.announce(title="Another talk")
    await bea.press(other, "manage")
    await bea.wait_for_ephemeral(contains="Only staff may announce and manage", after=other)
