"""Text, times and reasons as they stand in messages."""

from datetime import UTC, datetime

import pytest

from bot.domain.text import clean
from bot.views.reasons import explain_refusal
from bot.views.text import cut, cut_escaped, find_web_link, one_line, shorten, split_text
from bot.views.times import venue_time, zone_mark

AT = datetime(2020, 8, 7, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://meet.example.org/a?b=1&c=2#d", "https://meet.example.org/a?b=1&c=2#d"),
        ("  http://example.org ", "http://example.org"),
        ("https://example.org/a|b<c>", "https://example.org/a%7Cb%3Cc%3E"),
        ("https://example.org/Khorgós", "https://example.org/Khorg%C3%B3s"),
        ("https://example.org/50%25", "https://example.org/50%25"),
        ("javascript:alert(1)", None),
        ("ftp://example.org", None),
        ("example.org", None),
        ("https://", None),
        ("http://[", None),
        ("https://example.org/a b", None),
        ("https://example.org/\u202egro", None),
        ("", None),
        ("https://example.org/" + "a" * 3000, None),
    ],
)
def test_only_web_addresses_become_links(typed: str, expected: str | None) -> None:
    assert expected == find_web_link(typed)


def test_clean_drops_what_turns_text_round() -> None:
    assert clean("a\u202eb\u0000c\r\nd👩‍💻\u2067ש") == "abc\nd👩‍💻ש"


def test_one_line_joins_lines() -> None:
    assert one_line(" a\n\nb\tc ", 10) == "a b c"


def test_cut_ends_at_a_word() -> None:
    assert cut("At the Pole of Inaccessibility", 14) == "At the Pole…"


def test_cut_escaped_never_halves_an_entity() -> None:
    assert cut_escaped("&" * 20, 12) == "&amp;&amp;…"


def test_shorten_ends_after_a_sentence() -> None:
    assert shorten("A first sentence here. And a second one that is long.", 40) == "A first sentence here. …"


def test_shorten_leaves_short_text_whole() -> None:
    assert shorten(" Short.\n", 40) == "Short."


def test_split_text_cuts_only_what_is_longer_than_all_parts() -> None:
    assert split_text("aaaa bbbb cccc dddd", 3, limit=5) == ["aaaa", "bbbb", "cccc…"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Australia/Sydney", "AEST"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/Sao_Paulo", "UTC-3"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_has_a_mark_that_a_reader_knows(zone: str, expected: str) -> None:
    assert expected == zone_mark(AT, zone)


def test_utc_is_named_once() -> None:
    assert venue_time(AT, None, "UTC", AT) == "Friday 7 August, 01:00 UTC"


@pytest.mark.parametrize("code", ["restricted_action", "restricted_action_read_only_channel"])
def test_the_ways_to_limit_posting_are_explained_alike(code: str) -> None:
    expected = (
        "Posting in that channel is limited. Choose another channel, or ask a workspace admin to let me post."
    )
    assert expected == explain_refusal(code)


def test_an_unknown_refusal_is_explained_in_general() -> None:
    expected = "Slack does not say more. Check that the channel exists and that I am in it."
    assert expected == explain_refusal("something_new")
