from bot.domain.seminar import Count
from bot.listeners.staff_columns import COLUMNS
from bot.views.listing import WORDS, ListRow, build_help, build_list, build_not_staff
from bot.views.message import Message
from tests.factories import NOW, make_seminar
from tests.payloads import check_message

KHORGOS = make_seminar(title="Khorgos")


def checked(message: Message) -> Message:
    check_message(message)
    return message


def test_a_row_says_when_how_full_where_and_what_is_wrong() -> None:
    row = ListRow(KHORGOS, Count(20, 0, 4), ("That channel is archived.",), ("C0SEMINARS",))

    message = checked(build_list([row], NOW))

    expected = [
        {"type": "text", "text": "Khorgos", "style": {"bold": True}},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "Friday 7 August, 11:00–12:30 in Sydney (AEST)"},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "Full: 4 waiting"},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "Announced in: ", "style": {"bold": True}},
        {"type": "channel", "channel_id": "C0SEMINARS"},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "Needs attention: ", "style": {"bold": True}},
        {"type": "text", "text": "That channel is archived."},
    ]
    assert expected == message.blocks[1]["elements"][0]["elements"]
    assert (
        message.text == "1 seminar. Khorgos, Friday 7 August, 11:00–12:30 in Sydney (AEST): Full: 4 waiting."
    )


def test_an_empty_list_teaches() -> None:
    message = checked(build_list([], NOW))

    expected = (
        "There are no seminars yet. Type /seminar new to announce the first one. "
        "A form asks what, when and where, and shows the announcement before it is posted."
    )
    assert expected == message.text


def test_a_list_that_just_fits_is_shown_whole() -> None:
    message = checked(build_list([ListRow(KHORGOS, Count())] * 48, NOW))

    assert len(message.blocks) == 49


def test_what_does_not_fit_is_counted() -> None:
    message = checked(build_list([ListRow(KHORGOS, Count())] * 60, NOW))

    assert len(message.blocks) == 50
    assert message.blocks[-1]["elements"][0]["elements"] == [{"type": "text", "text": "and 12 more"}]
    assert message.text.startswith("60 seminars. ")


def test_help_for_staff_names_the_commands() -> None:
    message = checked(build_help(is_staff=True))

    assert "/seminar new: opens a form; text after it fills it in." in message.text


def test_help_names_every_word_that_stands_for_a_seminars_action() -> None:
    words = {word for column in COLUMNS for word in column.words}

    assert words - {"manage", "checkin"} == set(WORDS)


def test_help_names_every_word_of_its_own() -> None:
    message = checked(build_help(is_staff=True))

    assert "/seminar settings" in message.text
    assert "/seminar my data" in message.text
    assert "/seminar check" in message.text


def test_help_for_members_leaves_out_what_only_staff_may_do() -> None:
    message = checked(build_help(is_staff=False))

    assert "/seminar new" not in message.text


def test_who_is_not_staff_learns_whom_to_ask() -> None:
    message = checked(build_not_staff(["U0DANA", "<!subteam^S0HOSTS>", "nobody at all"]))

    expected = [
        {"type": "text", "text": "You can ask "},
        {"type": "user", "user_id": "U0DANA"},
        {"type": "text", "text": ", "},
        {"type": "usergroup", "usergroup_id": "S0HOSTS"},
        {"type": "text", "text": "."},
    ]
    assert expected == message.blocks[0]["elements"][0]["elements"][2:]


def test_without_known_staff_an_admin_is_to_be_asked() -> None:
    message = checked(build_not_staff([]))

    expected = (
        "Only staff may announce and manage seminars, so nothing was changed. Please ask a workspace admin."
    )
    assert expected == message.text
