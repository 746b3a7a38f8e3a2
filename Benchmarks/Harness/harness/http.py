"""A small HTTP/1.1 client, for answers that are looked at, and when their bytes came."""

import socket
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .processes import BenchmarkError


@dataclass
class Answer:
    """An answer, and when its body came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    first_byte: float = 0.0  # seconds since the request
    arrivals: list[tuple[float, int]] = field(
        default_factory=list
    )  # the same, and how long the body was then

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    def plain_body(self) -> bytes:
        """The body without its content coding."""
        coding = self.header("content-encoding")
        if coding is None:
            return self.body
        if coding == "gzip":
            return zlib.decompress(self.body, wbits=31)
        raise BenchmarkError(f"an answer came in the coding {coding}, which was not asked for")

    def cookies(self) -> str:
        """What a browser would send back as `Cookie`."""
        values = [value.split(";", 1)[0] for key, value in self.headers if key == "set-cookie"]
        return "; ".join(values)

    def arrival_of(self, length: int) -> float:
        """When so many bytes of the body were there."""
        for seconds, count in self.arrivals:
            if count >= length:
                return seconds
        raise BenchmarkError(f"only {len(self.body)} bytes of the body came, not {length}")


class AnswerReader:
    """Takes an answer's bytes as they come."""

    def __init__(self, method: str = "GET") -> None:
        self.method = method
        self.answer: Answer | None = None
        self.is_complete = False
        self._data = b""  # not understood yet
        self._body = bytearray()
        self._left: int | None = None  # of the body or a chunk; none: to the end of the connection
        self._is_chunked = False

    @property
    def body_length(self) -> int:
        return len(self._body)

    def feed(self, data: bytes) -> None:
        """Takes the next bytes."""
        self._data += data
        if self.answer is None:
            self._read_head()
        if self.answer is None or self.is_complete:
            return
        if self._is_chunked:
            self._read_chunks()
        else:
            self._read_content()

    def finish(self) -> Answer:
        """The answer, when the connection has ended or nothing more is expected."""
        if self.answer is None:
            raise BenchmarkError(
                f"the connection ended before an answer's head did: {self._data[:80]!r}"
            )
        ends_itself = self._is_chunked or self._left is not None
        if ends_itself and not self.is_complete:
            raise BenchmarkError(
                f"the connection ended after {len(self._body)} bytes of an unfinished body"
            )
        self.answer.body = bytes(self._body)
        return self.answer

    def _read_head(self) -> None:
        head, separator, rest = self._data.partition(b"\r\n\r\n")
        if not separator:
            return
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ", 2)
        if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
            raise BenchmarkError(f"this is no HTTP answer: {lines[0][:80]!r}")
        fields = (line.partition(":") for line in lines[1:])
        self.answer = Answer(
            int(words[1]), [(name.lower(), value.strip()) for name, _, value in fields]
        )
        self._data = rest
        length = self.answer.header("content-length")
        if self.method == "HEAD" or self.answer.status in (204, 304):
            self._left, self.is_complete = 0, True
        elif (self.answer.header("transfer-encoding") or "").lower() == "chunked":
            self._is_chunked = True
        elif length is not None:
            self._left = int(length)

    def _read_content(self) -> None:
        self._body += self._data
        if self._left is not None:
            self._left -= len(self._data)
            if self._left < 0:
                raise BenchmarkError(f"{-self._left} bytes came after the end of the body")
            self.is_complete = self._left == 0
        self._data = b""

    def _read_chunks(self) -> None:
        """Takes what there is of chunks, also of one that is not whole yet."""
        while True:
            if self._left:
                part = self._data[: self._left]
                self._body += part
                self._left -= len(part)
                self._data = self._data[len(part) :]
                if self._left:
                    return
            if self._left == 0:
                if len(self._data) < 2:
                    return
                self._data = self._data[2:]
                self._left = None
            line, separator, rest = self._data.partition(b"\r\n")
            if not separator:
                return
            size = int(line.split(b";")[0], 16)
            if size == 0:
                # After the last chunk come trailers, each a line, and an empty line.
                self.is_complete = rest.startswith(b"\r\n") or b"\r\n\r\n" in rest
                return
            self._left, self._data = size, rest


def get(
    port: int,
    path: str,
    host: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
    timeout: float = 15,
    method: str = "GET",
) -> Answer:
    """One request on a connection of its own."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    request = "\r\n".join(lines) + "\r\n\r\n"
    reader = AnswerReader(method)
    arrivals: list[tuple[float, int]] = []
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        connection.sendall(request.encode())
        while not reader.is_complete and (data := connection.recv(256 * 1024)):
            moment = time.perf_counter() - began
            reader.feed(data)
            arrivals.append((moment, reader.body_length))
    answer = reader.finish()
    answer.first_byte = arrivals[0][0]
    answer.arrivals = arrivals
    return answer
