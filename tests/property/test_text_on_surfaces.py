"""Text typed into the form, followed to every surface that shows it: it does nothing there."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.draft import DraftFields, Step
from bot.domain.drafting import Problem, check_draft, check_what, check_when, read_draft
from bot.domain.outcomes import AlreadySeated, Cancelled, Full, Released, Seated, Waitlisted
from bot.domain.room import State
from bot.domain.seminar import Count, Seminar, Speaker
from bot.domain.text import clean_line, clean_passage
from bot.views.announcement import build_announcement
from bot.views.answers import build_answer
from bot.views.calendar_links import google_link, outlook_link
from bot.views.details import build_details
from bot.views.direct_messages import (
    build_coming,
    build_confirmation,
    build_given_back,
    build_promotion,
    build_refusal_notice,
    build_reminder,
)
from bot.views.form_preview import build_preview
from bot.views.form_state import read_step
from bot.views.forms import build_step
from bot.views.ids import FormRef
from bot.views.listing import ListRow, build_list
from bot.views.message import Message
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view, find_texts

ZONE = "Asia/Kathmandu"
REF = FormRef(7, "C0TALKS")
NASTY = (
    *("<!channel>", "<!here|x>", "<!subteam^S1>", "<@U0ANA>", "<#C0TALKS|general>", "@here", "#general"),
    *(
        "<https://evil.example|https://good.example>",
        "<mailto:a@b.example|x>",
        "<!date^1^{date}^https://e|x>",
    ),
    *(
        "&lt;!channel&gt;",
        "&amp;lt;",
        "&",
        "<",
        ">",
        "|",
        "*b* _i_ ~s~ `c`",
        "```\npre\n```",
        "> quote",
        ":tada:",
    ),
    *("\u202egnp.exe\u202c", "\u2066x", "\u2067y\u2069", "\u202d", "\u206a\u206f", "\u200f", "שלום", "مرحبا"),
    *("👩🏽‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "\u200b\u200c\u200d\ufeff\u2060", "\u00ad", "\u3164", "\U000e0041"),
    *(
        "e" + "\u0301" * 300,
        "\u20dd" * 40,
        "a\u200d" + "\u0336\u200d" * 60,
        "\x00\x07\x1b[31m",
        "\ud800",
        "\ue000",
    ),
    *("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "a\r\nb\n\n\nc", "\u2028\u2029\x85", "%s {0} ${x}", "\\u0000"),
    *("javascript:alert(1)", "data:text/html,x", "'\"><script>", "null", "None", "x" * 60),
)
PIECES = st.one_of(st.sampled_from(NASTY), st.text(st.characters(), max_size=12))
TEXTS = st.lists(PIECES, min_size=1, max_size=5).map(" ".join)
TITLES = st.builds("{} t".format, TEXTS.map(lambda text: clean_line(text)[:100]))
LINKS = st.sampled_from(
    (
        *(
            "",
            "https://meet.example/a?b=1&c=<d>|e",
            "https://meet.example/\u05d0",
            "http://a.example:8080/*b*_c_",
        ),
        *(
            "https://meet.example/&lt;!channel&gt;",
            "https://meet.example/`x`~y~",
            "https://xn--e1afmkfd.example",
        ),
    )
)
BAD_LINKS = (
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<b>",
        "file:///etc/passwd",
    ),
    *(
        "vbscript:x",
        "//evil.example",
        "https:evil",
        "https://",
        "http://[",
        "https://good.example@evil.example/",
    ),
    *(
        "<https://evil.example|https://good.example>",
        "https://a b",
        "slack://open",
        "mailto:a@b.example",
        "<!channel>",
    ),
)
TURNING = re.compile("[\u202a-\u202e\u2066-\u206f]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\u2028\u2029]")
CLICKABLE = re.compile(r"<[!@#a-z]|[<>]")
LIVELY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def draft(**typed: str) -> DraftFields:
    """The draft that typed text makes, by the way that a submission takes."""
    fields = DraftFields(zone="Australia/Sydney", date="2020-08-07", time="11:00", channels=("C0TALKS",))
    values = {name: {"value": {"type": "plain_text_input", "value": text}} for name, text in typed.items()}
    state = {
        "date": {"value": {"selected_date": "2020-08-07"}},
        "time": {"value": {"selected_time": "11:00"}},
    }
    return read_step(Step.WHEN, values | state, read_step(Step.WHAT, values, fields))


DRAFTS = st.builds(
    draft, title=TITLES, speakers=TITLES, abstract=TEXTS, bio=TEXTS, place=TITLES, online_link=LINKS
)


def seminar_of(fields: DraftFields, reason: str = "") -> Seminar:
    planned = read_draft(fields, NOW).as_seminar(seminar_id=7, workspace_id=1, created_by="U0STAFF")
    cancelled = {"cancel_reason": reason, "cancelled_at": NOW} if reason else {}
    names = ("title", "speakers", "abstract", "bio", "place", "online_link")
    return make_seminar(**{name: getattr(planned, name) for name in names}, **cancelled)


SURFACES: Mapping[str, Callable[[Seminar], Message | dict[str, Any]]] = {
    "card": lambda one: build_announcement(one, Count(3, 0, 2), NOW),
    "card when over": lambda one: build_announcement(one, Count(), NOW + timedelta(days=20)),
    "preview": lambda one: build_preview(REF, build_announcement(one, Count(), NOW), channel_ids=["C0TALKS"]),
    "details": lambda one: build_details(one, Count(), None, None, NOW, None),
    "details with a seat": lambda one: build_details(one, Count(1), State.SEATED, None, NOW, ZONE),
    "answer seated": lambda one: build_answer(Seated(1), one, NOW, ZONE, [one] * 7),
    "answer again": lambda one: build_answer(AlreadySeated(None), one, NOW, None),
    "answer waitlisted": lambda one: build_answer(Waitlisted(2), one, NOW, ZONE),
    "answer full": lambda one: build_answer(Full(), one, NOW, ZONE),
    "answer released": lambda one: build_answer(Released(had_seat=True), one, NOW, ZONE),
    "answer cancelled": lambda one: build_answer(Cancelled(one.cancel_reason), one, NOW, ZONE),
    "confirmation": lambda one: build_confirmation(one, Seated(0), NOW, ZONE),
    "confirmation in line": lambda one: build_confirmation(one, Waitlisted(1), NOW, None),
    "promotion": lambda one: build_promotion(one, NOW, ZONE),
    "reminder": lambda one: build_reminder(one, NOW, ZONE),
    "coming": lambda one: build_coming(one, NOW, None),
    "given back": lambda one: build_given_back(one, had_seat=True, can_return=True, is_line_next=False),
    "trouble": lambda one: build_refusal_notice(one, "C0TALKS", None, "not_in_channel"),
    "list": lambda one: build_list([ListRow(one, Count(), ("Look.",), ("C0TALKS",))] * 3, NOW),
}
EVERYWHERE = pytest.mark.parametrize("build", SURFACES.values(), ids=SURFACES)


def strings_of(value: object) -> Iterator[str]:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for part in parts:
        yield from [part] if isinstance(part, str) else strings_of(part)


def links_of(value: object) -> Iterator[str]:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    if isinstance(value, Mapping) and "url" in value:
        yield value["url"]
    for part in parts:
        yield from links_of(part)


def longest_heap(text: str) -> int:
    """Return how many marks stand on one letter at most."""
    marks = "".join(
        "m" if unicodedata.category(c) in ("Mn", "Me") else "" if unicodedata.category(c) == "Cf" else " "
        for c in text
    )
    return max(map(len, marks.split(" ")))


def check_harmless(payload: Message | Mapping[str, Any]) -> None:
    """Assert that a payload is right, and that nothing in it is more than words."""
    if isinstance(payload, Message):
        check_message(payload)
        assert [] == CLICKABLE.findall(payload.text)
        shown: Mapping[str, Any] = {"text": payload.text, "blocks": payload.blocks}
    else:
        check_view(payload)
        shown = payload
    assert {"This is what <#C0TALKS> will see. Its buttons do nothing yet."} >= set(
        find_texts(shown["blocks"])
    )
    together = json.dumps(list(strings_of(shown)), ensure_ascii=False)
    assert [] == TURNING.findall(together)
    assert [] == CONTROL.findall("".join(text.replace("\n", "") for text in strings_of(shown)))
    assert max(map(longest_heap, strings_of(shown))) <= 8
    assert [] == [url for url in links_of(shown) if not re.fullmatch(r"https?://[!-;=?-{}~]+", url)]
    assert not {"broadcast", "usergroup"} & set(kinds_of(shown))


def kinds_of(value: object) -> Iterator[str]:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    if isinstance(value, Mapping) and isinstance(value.get("type"), str):
        yield value["type"]
    for part in parts:
        yield from kinds_of(part)


@EVERYWHERE
@settings(LIVELY, max_examples=25)
@given(fields=DRAFTS, reason=TEXTS)
def test_text_that_the_form_takes_is_harmless(
    build: Callable[[Seminar], Message | dict[str, Any]], fields: DraftFields, reason: str
) -> None:
    check_harmless(build(seminar_of(fields)))
    check_harmless(build(seminar_of(fields, reason)))


@EVERYWHERE
@pytest.mark.parametrize(
    "field", ["title", "speakers", "abstract", "bio", "place", "online_link", "cancel_reason"]
)
def test_text_of_any_length_is_harmless(
    build: Callable[[Seminar], Message | dict[str, Any]], field: str
) -> None:
    huge = " ".join(NASTY) * 120
    typed = {"speakers": (Speaker(huge, "CAIS"), Speaker("Ana", huge))}.get(field, huge)

    check_harmless(build(make_seminar(**{field: typed}, cancelled_at=NOW)))
    check_harmless(build(make_seminar(**{field: typed})))


@EVERYWHERE
@pytest.mark.parametrize("link", BAD_LINKS)
def test_what_is_no_web_address_is_no_link(
    build: Callable[[Seminar], Message | dict[str, Any]], link: str
) -> None:
    seminar = make_seminar(online_link=link)
    payload = build(seminar)

    check_harmless(payload)
    links = set(links_of(payload.blocks if isinstance(payload, Message) else payload["blocks"]))
    assert links <= {google_link(seminar), outlook_link(seminar)}


@pytest.mark.parametrize("link", BAD_LINKS)
def test_the_form_takes_web_addresses_only(link: str) -> None:
    assert {"online_link": Problem.LINK_WRONG} == check_when(draft(place="Room 1", online_link=link), NOW)


@pytest.mark.parametrize("step", Step)
@LIVELY
@given(
    st.builds(draft, title=TEXTS, speakers=TEXTS, abstract=TEXTS, bio=TEXTS, place=TEXTS, online_link=TEXTS)
)
def test_the_form_shows_again_what_was_typed(step: Step, fields: DraftFields) -> None:
    check_harmless(build_step(step, fields, REF, now=NOW, problems=check_draft(fields, NOW)))


@pytest.mark.parametrize(
    "unseen",
    [
        "",
        " ",
        "\u200b",
        "\u2060\ufeff",
        "\u3164",
        "\u2800 \u2800",
        "\u202e\u202c",
        "\u0301",
        "\x00",
        "\ue000",
    ],
)
def test_a_name_that_shows_nothing_is_missing(unseen: str) -> None:
    problems = check_what(draft(title=unseen, speakers=unseen), NOW)

    assert {"title": Problem.TITLE_MISSING, "speakers": Problem.SPEAKERS_MISSING} == problems


@pytest.mark.parametrize(
    "text", ["👩🏽‍🚀", "🏳️‍🌈", "שָׁלוֹם", "नमस्ते", "Việt Nam", "ประเทศไทย", "اَلسَّلَامُ عَلَيْكُمْ", "1️⃣", "🫨", "A\u200fב"]
)
def test_the_scripts_of_people_stay_as_they_are(text: str) -> None:
    assert (text, text) == (clean_line(text), clean_passage(text))


@LIVELY
@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(text) == clean_line(clean_line(text))
    assert clean_passage(text) == clean_passage(clean_passage(text))
