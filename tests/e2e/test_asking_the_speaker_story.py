"""Questions for the speaker, told by who asks, who votes, who hosts and who tidies up."""

from datetime import timedelta

from sqlalchemy import select

from bot.playground.person import Person
from bot.playground.state import Message, View
from bot.storage import tables
from tests.e2e.faults.fault_sights import at_rest
from tests.e2e.stories import STARTS, Scene, eventually

HOUR = timedelta(hours=1)


async def open_asking(person: Person, card: Message) -> View:
    await person.press(card, "details")
    await person.wait_for_view("details")
    await person.press_in_view("ask_speaker")
    return await person.wait_for_view("ask_speaker")


async def channel_known(scene: Scene) -> None:
    """Wait until the bot has asked Slack whether the channel is private."""
    await at_rest(scene)
    statement = select(tables.Announcement.is_private)

    def is_known() -> bool:
        with scene.engine.connect() as connection:
            return connection.execute(statement).scalar() is not None

    await eventually(is_known)


async def put(person: Person, view: View, text: str, said: str = "on the list") -> View:
    field = next(block for block, _ in view.controls if block.startswith("question_"))
    await person.fill(view, {field: text})
    await person.submit(view)
    return await person.wait_for_view("ask_speaker", contains=said)


async def test_members_ask_and_vote_and_the_host_gets_the_list_an_hour_before(scene: Scene) -> None:
    card = await scene.announce()
    await channel_known(scene)
    one, other = scene.members(2)
    view = await put(one, await open_asking(one, card), "Why Khorgos?")
    await put(one, view, "How far is it?", said="How far is it?")

    seen = await open_asking(other, card)
    assert "Member 0" not in seen.shown
    far = next(e["value"] for _, e in seen.controls if "How far" in str(e.get("accessibility_label")))
    await other.press_in_view("vote", value=far)
    await other.wait_for_view("ask_speaker", contains="2 votes")
    await other.press_in_view("unvote", value=far)
    await eventually(lambda: "2 votes" not in other.views[-1].shown)
    await other.press_in_view("vote", value=far)
    await other.wait_for_view("ask_speaker", contains="2 votes")

    scene.move_to(STARTS - HOUR)

    told = await scene.ana.wait_for_message(contains="2 questions for the speaker")
    assert told.text.index("How far is it? (2 votes)") < told.text.index("Why Khorgos? (1 vote)")


async def test_what_is_wrong_stands_under_the_field_and_from_the_start_on_it_is_closed(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    card, member = await scene.announce(), scene.member(0)
    await channel_known(scene)
    view = await open_asking(member, card)
    for number in range(3):
        view = await put(member, view, f"Question {number}", said=f"Question {number}")
    field = next(block for block, _ in view.controls if block.startswith("question_"))
    await member.fill(view, {field: "One more"})

    fourth = await member.submit(view)

    assert "that is the most" in fourth.errors[field]
    scene.move_to(STARTS)
    await member.submit(view)
    await member.wait_for_view(contains="The talk has begun, so questions are no longer taken here.")


async def test_staff_see_who_asked_and_remove_a_question(socket_scene: Scene) -> None:
    scene = socket_scene
    card, member = await scene.announce(), scene.member(0)
    await channel_known(scene)
    await put(member, await open_asking(member, card), "Rude words")
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("speaker_questions")
    await scene.ana.wait_for_view("speaker_questions", contains="Rude words")

    await scene.ana.press_in_view("speaker_questions")
    await scene.ana.submit(
        await scene.ana.wait_for_view("speaker_questions", contains="removed for everybody")
    )

    gone = await scene.ana.wait_for_view("speaker_questions", contains="The question is removed.")
    assert "Rude words" not in gone.shown
    assert 2 == len(scene.ana.views)
    await member.close(whole_stack=True)
    assert "Rude words" not in (await open_asking(member, card)).shown


async def test_only_those_who_may_see_a_private_announcement_ask(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.channels["C0STAFF"].members |= {scene.ws.bot_user_id, "U0M00", "U0M01"}
    await scene.fill(scene.ana, channels=["C0STAFF"])
    await scene.ana.submit()
    card = await scene.member(0).wait_for_message("C0STAFF", contains="Khorgos")
    await channel_known(scene)
    await scene.member(0).press(card, "register")
    await scene.member(0).wait_for_message(contains="Khorgos")

    await open_asking(scene.member(0), card)

    await scene.member(1).press(card, "details")
    await scene.member(1).wait_for_view("details")
    await scene.member(1).press_in_view("ask_speaker")
    await scene.member(1).wait_for_view(contains="Questions here are for those who can read the announcement")
