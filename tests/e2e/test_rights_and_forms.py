"""Who may announce, and a form that loses nothing."""

from datetime import timedelta

from tests.e2e.stories import KHORGOS, STARTS, Scene


async def test_a_member_is_told_whom_to_ask(socket_scene: Scene) -> None:
    scene = socket_scene

    await scene.member(0).command("/seminar", "new", channel="C0TALKS")

    answer = await scene.member(0).wait_for_ephemeral(contains="Only staff may announce")
    assert "ask a workspace admin" in answer.text
    assert scene.member(0).view is None


async def test_an_unknown_word_gets_help(socket_scene: Scene) -> None:
    await socket_scene.ana.command("/seminar", "frobnicate", channel="C0TALKS")

    answer = await socket_scene.ana.wait_for_ephemeral(contains="/seminar new")
    assert "/seminar list" in answer.text


async def test_the_list_is_private_and_teaches_when_empty(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.ana.command("/seminar", "list", channel="C0TALKS")
    empty = await scene.ana.wait_for_ephemeral(contains="There are no seminars yet")

    await scene.announce()
    await scene.ana.command("/seminar", "list", channel="C0TALKS")

    listed = await scene.ana.wait_for_ephemeral(contains="1 seminar", after=empty)
    assert "2 of 2 seats left" in listed.text


async def test_errors_stand_under_their_fields_and_nothing_typed_is_lost(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.ana.command("/seminar", "new", channel="C0TALKS")
    what = await scene.ana.wait_for_view("form_what")
    await scene.ana.fill(what, {"title": KHORGOS["title"], "speakers": KHORGOS["speakers"]})
    await scene.ana.submit(what)
    when = await scene.ana.wait_for_view("form_when")
    await scene.ana.fill(when, {"date": "2020-07-01", "time": "11:00", "place": "CAIS Lecture Theatre"})

    result = await scene.ana.submit(when)

    assert set(result.errors) == {"time"} or set(result.errors) == {"date"}
    await scene.ana.fill(when, {"date": "2020-08-07"})
    assert (await scene.ana.submit(when)).errors == {}


async def test_going_back_loses_nothing(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)

    for callback in ("form_how", "form_when", "form_what"):
        await scene.ana.press_in_view("form_back")
        await scene.ana.wait_for_view(callback)
    for callback in ("form_when", "form_how", "form_preview"):
        assert (await scene.ana.submit()).errors == {}
        await scene.ana.wait_for_view(callback)
    await scene.ana.submit()

    card = await scene.ana.wait_for_message("C0TALKS", contains="Seminar:")
    assert "2 of 2 seats left" in card.text
    assert "CAIS Lecture Theatre" in card.text


async def test_a_channel_that_the_bot_cannot_post_in_is_an_error_on_its_field(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.ana.command("/seminar", "new", channel="C0TALKS")
    for callback, names in (
        ("form_what", ("title", "speakers")),
        ("form_when", ("date", "time", "place")),
        ("form_how", ()),
    ):
        view = await scene.ana.wait_for_view(callback)
        await scene.ana.fill(view, {name: KHORGOS[name] for name in names})
        if callback == "form_how":
            await scene.ana.fill(view, {"channels": ["C0STAFF"]})
        result = await scene.ana.submit(view)

    assert set(result.errors) == {"channels"}
    assert scene.pg.calls_of("chat.postMessage") == []


async def test_the_right_is_checked_again_when_the_form_is_sent(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)

    scene.ws.change_user("U0ANA", is_admin=False)
    await scene.pg.delivery.settle()
    await scene.ana.submit()

    assert scene.ana.view is not None
    assert "Only staff may announce" in scene.ana.view.shown
    assert scene.pg.calls_of("chat.postMessage") == []


async def test_a_talk_that_began_while_the_form_was_open_is_not_posted(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.move_to(STARTS - timedelta(hours=1))  # a form that lies for days is cleaned up
    await scene.fill(scene.ana)

    scene.move_to(STARTS)
    await scene.ana.submit()

    view = await scene.ana.wait_for_view("form_when")
    assert view.is_open
    assert scene.pg.calls_of("chat.postMessage") == []


async def test_posting_twice_announces_once(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)

    scene.pg.delivery.duplicate_next(1)
    await scene.ana.submit()
    await scene.card("Seminar:")

    assert len(scene.ana.messages("C0TALKS")) == 1


async def test_mark_up_that_was_typed_calls_nobody(socket_scene: Scene) -> None:
    card = await socket_scene.announce(
        title="<!channel> & <https://evil.example|friends>", speakers="*Bold* <@U0ANA>, `CAIS`"
    )

    assert "&lt;!channel&gt; &amp;" in card.text
    assert "<!channel>" not in card.text
