"""HTTP/1.1 over asyncio streams, for clients that do what no well-behaved library does."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import zlib
from collections.abc import AsyncIterator, Sequence

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class BrokenAnswer(Exception):
    """Bytes that are no whole answer."""


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    fields: dict[str, str]
    # As the fields say that it was coded.
    body: bytes

    def plain_body(self) -> bytes:
        coding = self.fields.get("content-encoding", "identity")
        if coding == "identity":
            return self.body
        if coding == "gzip":
            try:
                return zlib.decompress(self.body, wbits=31)
            except zlib.error as error:
                raise BrokenAnswer(f"the gzip body cannot be read: {error}") from error
        raise BrokenAnswer(f"the answer has the coding {coding!r}, which nobody asked for")


def request(
    method: str, path: str, host: str, fields: Sequence[tuple[str, str]] = (), body: bytes = b""
) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {value}" for name, value in fields),
    ]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[Stream]:
    """A connection to 127.0.0.1 that is closed in any case."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        # The other side may have closed first, which is no news here.
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError as error:
        raise BrokenAnswer(
            f"the connection ended after {len(error.partial)} bytes of the head"
        ) from error
    status_line, *lines = head[:-4].split("\r\n")
    parts = status_line.split(" ", 2)
    if len(parts) < 2 or not parts[1].isdigit():
        raise BrokenAnswer(f"the answer begins with {status_line!r}")
    fields = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return int(parts[1]), fields


async def read_answer(reader: asyncio.StreamReader, is_head: bool = False) -> Answer:
    status, fields = await read_head(reader)
    if is_head or status in (204, 304):
        return Answer(status, fields, b"")
    try:
        if "content-length" in fields:
            return Answer(status, fields, await reader.readexactly(int(fields["content-length"])))
        if fields.get("transfer-encoding") == "chunked":
            return Answer(status, fields, await _read_chunks(reader))
        return Answer(status, fields, await reader.read())
    except asyncio.IncompleteReadError as error:
        raise BrokenAnswer("the connection ended within the body") from error


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    pieces = []
    while size := _chunk_size(await reader.readuntil(b"\r\n")):
        pieces.append(await reader.readexactly(size))
        if await reader.readexactly(2) != b"\r\n":
            raise BrokenAnswer("a chunk is longer than it says")
    # The trailers end with an empty line.
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return b"".join(pieces)


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.split(b";")[0], 16)
    except ValueError as error:
        raise BrokenAnswer(f"a chunk begins with {line!r}") from error
