"""Visitors with sessions of their own."""

from collections.abc import Mapping
from pathlib import Path

from harness import BenchmarkError, Gateway

# The page that begins a session: one with a form.
FORM_PATH = "/form"
FORM_TEMPLATE = "form.html"
FORM = (
    '<!DOCTYPE html><html lang="en"><head><title>Form</title></head><body>'
    '<form method="post" action="/form">{% csrf %}<button>Send</button></form></body></html>\n'
)

COUNT = 256


def begin_sessions(gateway: Gateway, count: int = COUNT) -> list[str]:
    """The cookies of so many visitors."""
    cookies = []
    for _ in range(count):
        cookie = gateway.get(FORM_PATH).cookies()
        if not cookie:
            raise BenchmarkError("the gateway sets no session cookie on a page with {% csrf %}")
        cookies.append(cookie)
    if len(set(cookies)) != count:
        raise BenchmarkError("the gateway gave two visitors the same session")
    return cookies


def write_paths(file: Path, path: str, cookies: list[str]) -> Path:
    """The load client's list: each visitor in turn."""
    file.write_text("".join(f"{path}\tCookie: {cookie}\n" for cookie in cookies))
    return file


class VisitorPages:
    """Checks visitors' pages: each keeps its own, with the length and the shared parts of all."""

    def __init__(
        self, gateway: Gateway, path: str, cookies: list[str], shared: list[bytes], length: int
    ) -> None:
        self.gateway = gateway
        self.path = path
        # The first and the last stand for all.
        self.cookies = [cookies[0], cookies[-1]]
        self.shared = shared
        self.length = length
        self.seen: dict[str, bytes] = {}

    def verify(self, headers: Mapping[str, str] | None = None, coding: str | None = None) -> None:
        for cookie in self.cookies:
            answer = self.gateway.get(self.path, {"Cookie": cookie, **(headers or {})})
            if answer.header("content-encoding") != coding:
                raise BenchmarkError(
                    f"a page came in the coding {answer.header('content-encoding')}, not {coding}"
                )
            body = answer.plain_body()
            if self.seen.setdefault(cookie, body) != body:
                raise BenchmarkError("a visitor's page is not what it was before")
            if len(body) != self.length or not all(part in body for part in self.shared):
                raise BenchmarkError(
                    f"a visitor's page has {len(body)} bytes, not {self.length}, "
                    "or lacks a fragment"
                )
        if self.seen[self.cookies[0]] == self.seen[self.cookies[1]]:
            raise BenchmarkError("two visitors get the same personal page")
