"""Clients that a library would not make: each function is one visit of one client."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import re
import socket
import struct
from collections.abc import Awaitable, Callable

from harness import Gateway

from soak.exchange import BrokenAnswer, connected, read_answer, read_head, request
from soak.site import SoakSite
from soak.tally import Kind, Tally

# A visit that takes longer is stuck.
PATIENCE = 30.0


@dataclasses.dataclass
class Visitor:
    """What every visit needs."""

    site: SoakSite
    gateway: Gateway
    tally: Tally
    random: random.Random


Visit = Callable[[Visitor], Awaitable[None]]

PROBE = Kind.of("whole page, compared", 200)
MIXED = Kind.of("page with failing parts, compared", 200)
HEAD = Kind.of("HEAD", 200)
MISSING = Kind.of("not found", 404)
STRANGER = Kind.of("unknown host", 421)
MALFORMED = Kind.of("malformed request", 400)
FORM = Kind.of("form with a session", 200, 303)
SLOW_READER = Kind.of("slow reader", 200)
SLOW_WRITER = Kind.of("slow writer", 200)
LEAVER = Kind.of("leaves in the middle", 200)
HANGER_ON = Kind.of("idle connection", 200)


async def probe(visitor: Visitor) -> None:
    """A page of healthy services is the expected one, byte for byte."""
    coding = [("Accept-Encoding", "gzip")] if visitor.random.random() < 0.5 else []
    async with connected(visitor.gateway.port) as (reader, writer):
        editions = visitor.site.current_editions()
        writer.write(request("GET", "/", visitor.gateway.host, coding))
        answer = await read_answer(reader)
        visitor.tally.answered(PROBE, answer.status)
        body = answer.plain_body()
        # One that was adopted while the answer was on its way.
        editions |= visitor.site.current_editions()
        if answer.status == 200 and not any(
            body == visitor.site.home_page(edition) for edition in editions
        ):
            visitor.tally.broke(
                PROBE, f"{len(body)} bytes that are no page of edition {sorted(editions)}"
            )


async def mixed(visitor: Visitor) -> None:
    """Each part of a page is the service's own or its fallback, whatever happens to services."""
    async with connected(visitor.gateway.port) as (reader, writer):
        writer.write(request("GET", "/mixed", visitor.gateway.host))
        answer = await read_answer(reader)
        visitor.tally.answered(MIXED, answer.status)
        if answer.status == 200 and answer.plain_body() not in visitor.site.mixed_pages:
            visitor.tally.broke(
                MIXED, f"{len(answer.body)} bytes that are not the parts or their fallbacks"
            )


async def head(visitor: Visitor) -> None:
    """The answer to HEAD has no body: the next answer follows at once."""
    async with connected(visitor.gateway.port) as (reader, writer):
        for method in ("HEAD", "GET"):
            writer.write(request(method, "/", visitor.gateway.host))
            answer = await read_answer(reader, is_head=method == "HEAD")
            visitor.tally.answered(HEAD, answer.status)


async def missing(visitor: Visitor) -> None:
    async with connected(visitor.gateway.port) as (reader, writer):
        for path in ("/nothing/here", "/internal/fragments/card"):
            writer.write(request("GET", path, visitor.gateway.host, [("Accept", "text/html")]))
            answer = await read_answer(reader)
            visitor.tally.answered(MISSING, answer.status)


async def stranger(visitor: Visitor) -> None:
    async with connected(visitor.gateway.port) as (reader, writer):
        writer.write(request("GET", "/", "nobody.localhost"))
        visitor.tally.answered(STRANGER, (await read_answer(reader)).status)


async def malformed(visitor: Visitor) -> None:
    async with connected(visitor.gateway.port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost : shop.localhost\r\n\r\n")
        visitor.tally.answered(MALFORMED, (await read_answer(reader)).status)


async def form(visitor: Visitor) -> None:
    """A new visitor's session: a page with a form, and the form sent with its token."""
    async with connected(visitor.gateway.port) as (reader, writer):
        writer.write(request("GET", "/account", visitor.gateway.host))
        page = await read_answer(reader)
        visitor.tally.answered(FORM, page.status)
        token = re.search(rb'name="csrf"[^>]*value="([^"]+)"', page.plain_body())
        if token is None or "set-cookie" not in page.fields:
            raise BrokenAnswer("the page with the form has no token or sets no cookie")
        fields = [
            ("Cookie", page.fields["set-cookie"].split(";")[0]),
            ("Origin", f"http://{visitor.gateway.host}"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html"),
        ]
        writer.write(
            request("POST", "/account", visitor.gateway.host, fields, b"name=Rosa&csrf=" + token[1])
        )
        answer = await read_answer(reader)
        if answer.status == 303:
            visitor.tally.answered(FORM, 303)
        else:
            visitor.tally.broke(FORM, f"the form was answered with {answer.status}")


async def slow_reader(visitor: Visitor) -> None:
    """Takes a large page in small bites, and gets all of it."""
    async with connected(visitor.gateway.port) as (reader, writer):
        _narrow(writer)
        writer.write(request("GET", "/large", visitor.gateway.host))
        status, fields = await read_head(reader)
        visitor.tally.answered(SLOW_READER, status)
        if "content-length" not in fields:
            # The copies have just expired: a page that is composed while it is sent ends with a
            # last chunk.
            await _drain_slowly(reader, until=b"\r\n0\r\n")
            return
        left = int(fields["content-length"])
        while left > 0:
            left -= len(await reader.readexactly(min(left, 16 * 1024)))
            await asyncio.sleep(0.05)


async def _drain_slowly(reader: asyncio.StreamReader, until: bytes) -> None:
    tail = b""
    while until not in tail:
        piece = await reader.read(16 * 1024)
        if not piece:
            raise BrokenAnswer("the connection ended within the body")
        tail = tail[-len(until) :] + piece
        await asyncio.sleep(0.05)


async def slow_writer(visitor: Visitor) -> None:
    """Sends its request in pieces of a few bytes."""
    async with connected(visitor.gateway.port) as (reader, writer):
        bytes_left = request("GET", "/", visitor.gateway.host, [("User-Agent", "slow " * 10)])
        while bytes_left:
            writer.write(bytes_left[:12])
            await writer.drain()
            bytes_left = bytes_left[12:]
            await asyncio.sleep(0.1)
        visitor.tally.answered(SLOW_WRITER, (await read_answer(reader)).status)


async def leaver(visitor: Visitor) -> None:
    """Goes before the answer, or within it; with an orderly end, or with a reset."""
    async with connected(visitor.gateway.port) as (reader, writer):
        _narrow(writer)
        path = visitor.random.choice(
            ["/large", "/mixed", f"/products/{visitor.random.randrange(10**9)}"]
        )
        writer.write(request("GET", path, visitor.gateway.host))
        if visitor.random.random() < 0.7:
            status, _ = await read_head(reader)
            visitor.tally.answered(LEAVER, status)
        if visitor.random.random() < 0.5:
            # Closing sends RST at once.
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        visitor.tally.went(LEAVER, "left")


async def hanger_on(visitor: Visitor) -> None:
    """Asks once and keeps its connection until the gateway closes it for being idle."""
    async with connected(visitor.gateway.port) as (reader, writer):
        writer.write(request("GET", "/", visitor.gateway.host))
        visitor.tally.answered(HANGER_ON, (await read_answer(reader)).status)
        if await reader.read(1):
            visitor.tally.broke(HANGER_ON, "bytes came that nobody had asked for")
        else:
            visitor.tally.went(HANGER_ON, "closed by the gateway")


def _narrow(writer: asyncio.StreamWriter) -> None:
    """Lets the kernel hold little, so that what is not read stays at the gateway."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024)


# Visits a second.
RATES: dict[tuple[Kind, Visit], float] = {
    (PROBE, probe): 20,
    (MIXED, mixed): 20,
    (HEAD, head): 10,
    (MISSING, missing): 10,
    (STRANGER, stranger): 5,
    (MALFORMED, malformed): 5,
    (FORM, form): 10,
    (SLOW_READER, slow_reader): 2,
    (SLOW_WRITER, slow_writer): 2,
    (LEAVER, leaver): 20,
    (HANGER_ON, hanger_on): 2,
}


async def visit_at_rate(
    kind: Kind, visit: Visit, rate: float, visitor: Visitor, stop: asyncio.Event
) -> None:
    """Begins so many visits a second until it is stopped, and then waits for those under way."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    async with asyncio.TaskGroup() as group:
        while not stop.is_set():
            group.create_task(_one(kind, visit, visitor))
            due += 1 / rate
            # A machine that was busy does not get all the visits that were missed at once.
            due = max(due, loop.time() - 1)
            await asyncio.sleep(max(0, due - loop.time()))


async def _one(kind: Kind, visit: Visit, visitor: Visitor) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await visit(visitor)
    except BrokenAnswer as broken:
        visitor.tally.broke(kind, str(broken))
    except TimeoutError:
        visitor.tally.broke(kind, f"a visit was not over after {PATIENCE:.0f} s")
    except (OSError, EOFError) as error:
        visitor.tally.broke(kind, f"{type(error).__name__}: {error}")
