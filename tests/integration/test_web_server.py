"""The public address: whatever comes, it is refused cleanly, early, and without holding anything for ever."""

import asyncio
import contextlib
import gzip
import hashlib
import hmac
import json
import time
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
from multidict import CIMultiDict

from bot.web.server import EVENTS_PATH, MAX_BODY, build_web, serve
from tests.benchmarks.stage import SECRET, build_floor, build_press

BODY, PRESS_HEADERS = build_press(1, "U0ANA")
FORM = "application/x-www-form-urlencoded"
STAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"
READ_WITHIN = timedelta(seconds=0.3)


@dataclass(frozen=True, slots=True)
class Server:
    """A served application and a client of it."""

    port: int
    client: aiohttp.ClientSession

    async def post(self, body: bytes, headers: Mapping[str, str], *, method: str = "POST") -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.port}{EVENTS_PATH}"
        async with self.client.request(method, url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async def find_fault() -> str:
        return ""

    web = build_web(build_floor(), find_fault=find_fault, read_within=READ_WITHIN)
    runner, port = await serve(web, host="127.0.0.1", port=0)
    async with aiohttp.ClientSession(auto_decompress=False) as client:
        yield Server(port, client)
    await runner.cleanup()


def sign(body: bytes, stamp: str) -> str:
    base = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()


def headers_of(body: bytes, *, stamp: str | None = None, **replaced: str) -> CIMultiDict[str]:
    stamp = str(int(time.time())) if stamp is None else stamp
    made = {"Content-Type": FORM, STAMP: stamp, SIGNATURE: sign(body, stamp)}
    return CIMultiDict(made | {name.replace("_", "-"): value for name, value in replaced.items()})


async def talk(port: int, head: str, *chunks: bytes, pause: float = 0) -> bytes:
    """Send raw bytes, and return all that came until the other end closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    came = bytearray()

    async def listen() -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(4096):
                came.extend(data)

    listening = asyncio.create_task(listen())
    with contextlib.suppress(ConnectionError):
        writer.write(head.replace("\n", "\r\n").encode("latin-1"))
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause)
    async with asyncio.timeout(20):
        await listening
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return bytes(came)


def head_of(body: bytes, *lines: str) -> str:
    named = [f"{name}: {value}" for name, value in headers_of(body).items()]
    return "\n".join([f"POST {EVENTS_PATH} HTTP/1.1", "Host: bot", *named, *lines, "", ""])


async def test_a_signed_press_is_taken(server: Server) -> None:
    assert (200, "") == await server.post(BODY, headers_of(BODY))


@pytest.mark.parametrize(
    "stamp",
    [
        *("", " ", "-1", "0", "1", "9" * 12, "9" * 13, "9" * 400, "1e9", "1.5", "0x10", "+1", "1_0", "NaN"),
        *("\u0661\u0662", "\u00b2", "1 2", "yesterday"),
    ],
)
async def test_a_strange_time_stamp_is_refused(server: Server, stamp: str) -> None:
    status, _ = await server.post(BODY, headers_of(BODY, stamp=stamp))

    assert 401 == status


@pytest.mark.parametrize("ahead_s", [-3600, -301, 302, 3600])
async def test_an_old_or_a_future_time_stamp_is_refused(server: Server, ahead_s: int) -> None:
    stamp = str(int(time.time()) + ahead_s)

    status, _ = await server.post(BODY, headers_of(BODY, stamp=stamp))

    assert 401 == status


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda good: good.upper(),
        lambda good: good.replace("v0=", "v0=").upper().replace("V0=", "v0="),
        lambda good: good[3:],
        lambda good: good[:-1],
        lambda good: good + "0",
        lambda good: "v1=" + good[3:],
        lambda good: good[:-1] + "é",
        lambda good: good[:-1] + "\u0663",
        lambda _: "v0=" + "0" * 64,
        lambda good: f"{good},{good}",
        lambda _: "x" * 4000,
    ],
)
async def test_a_strange_signature_is_refused(server: Server, spoil: Callable[[str], str]) -> None:
    headers = headers_of(BODY)
    headers[SIGNATURE] = spoil(headers[SIGNATURE])

    status, _ = await server.post(BODY, headers)

    assert 401 == status


@pytest.mark.parametrize("name", [STAMP, SIGNATURE])
async def test_a_missing_signature_header_is_refused(server: Server, name: str) -> None:
    headers = headers_of(BODY)
    del headers[name]

    assert 401 == (await server.post(BODY, headers))[0]


@pytest.mark.parametrize("name", [STAMP, SIGNATURE])
@pytest.mark.parametrize("second", [None, "nonsense", ""])
async def test_a_signature_header_that_comes_twice_is_refused(
    server: Server, name: str, second: str | None
) -> None:
    headers = headers_of(BODY)
    headers.add(name, headers[name] if second is None else second)

    assert 401 == (await server.post(BODY, headers))[0]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "x", "", 'a/b;c="']
)
async def test_another_content_type_is_refused(server: Server, content_type: str) -> None:
    assert 415 == (await server.post(BODY, headers_of(BODY, Content_Type=content_type)))[0]


@pytest.mark.parametrize("charset", ["utf-16", "nonsense", "rot13", "\x22"])
async def test_the_named_charset_does_not_matter(server: Server, charset: str) -> None:
    headers = headers_of(BODY, Content_Type=f"{FORM}; charset={charset}")

    assert (200, "") == await server.post(BODY, headers)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"payload=\xed\xa0\x80", b"command=\x80"])
@pytest.mark.parametrize("content_type", [FORM, "application/json"])
async def test_a_body_that_is_not_utf_8_is_refused(server: Server, body: bytes, content_type: str) -> None:
    assert 400 == (await server.post(body, headers_of(body, Content_Type=content_type)))[0]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_another_method_is_refused(server: Server, method: str) -> None:
    assert 405 == (await server.post(b"", headers_of(b""), method=method))[0]


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", bytes), ("gzip, gzip", gzip.compress)],
)
async def test_a_compressed_body_is_refused(
    server: Server, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(b"0" * (20 * MAX_BODY))[:MAX_BODY]

    status, text = await server.post(bomb, headers_of(bomb, Content_Encoding=encoding))

    assert (415, "neither a form nor JSON, as they are") == (status, text)


async def test_a_body_at_the_limit_is_read(server: Server) -> None:
    body = b"command=x&text=".ljust(MAX_BODY, b"x")

    assert 404 == (await server.post(body, headers_of(body)))[0]


async def test_a_body_announced_as_too_long_is_refused_before_it_comes(server: Server) -> None:
    answer = await talk(server.port, head_of(BODY, f"Content-Length: {10**12}"), b"x")

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_body_that_grows_too_long_is_refused_while_it_comes(server: Server) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

    answer = await talk(server.port, head_of(BODY, "Transfer-Encoding: chunked"), *[chunk] * 17)

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_body_that_drips_is_given_up(server: Server) -> None:
    started = time.monotonic()

    answer = await talk(server.port, head_of(BODY, "Content-Length: 999"), *[b"x"] * 15, pause=0.1)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - started < 15


async def test_a_body_that_stays_away_is_given_up(server: Server) -> None:
    answer = await talk(server.port, head_of(BODY, "Transfer-Encoding: chunked"), b"5\r\nhello\r\n")

    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: -1",),
        ("Content-Length: x",),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: x",),
        ("X: " + "x" * 20_000,),
        ("No colon",),
    ],
    ids=lambda lines: lines[0][:24],
)
async def test_a_request_that_is_no_http_is_refused(server: Server, lines: tuple[str, ...]) -> None:
    answer = await talk(server.port, head_of(BODY, *lines), b"hello")

    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert b"Traceback" not in answer


async def test_a_broken_chunk_is_refused(server: Server) -> None:
    answer = await talk(server.port, head_of(BODY, "Transfer-Encoding: chunked"), b"zz\r\nhello\r\n")

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))


async def test_a_client_that_leaves_in_the_middle_troubles_nobody(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head_of(BODY, "Content-Length: 999").replace("\n", "\r\n").encode() + b"x")
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (200, "") == await server.post(BODY, headers_of(BODY))
    assert [] == [record for record in caplog.records if record.levelname == "ERROR"]


async def test_bolts_own_headers_have_no_meaning_from_outside(server: Server) -> None:
    lazy = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "handle"}

    assert (200, "") == await server.post(BODY, CIMultiDict({**headers_of(BODY), **lazy}))


async def test_the_challenge_of_slack_is_answered(server: Server) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "w\ud800rd"}).encode()

    status, text = await server.post(body, headers_of(body, Content_Type="application/json"))

    assert (200, {"challenge": "w\ud800rd"}) == (status, json.loads(text))


async def test_the_check_of_the_certificate_is_answered(server: Server) -> None:
    body = b"ssl_check=1&token=x"

    assert (200, "") == await server.post(body, headers_of(body))
