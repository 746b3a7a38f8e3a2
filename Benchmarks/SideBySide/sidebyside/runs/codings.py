"""Pages for browsers that accept gzip."""

import zlib
from typing import TYPE_CHECKING

from harness import BenchmarkError

from ..comparison import Subject, compare
from ..goals import judge
from ..results import Outcome
from .session import personal_gateway, visitor_subject

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload

_ACCEPT = {"Accept-Encoding": "gzip"}
_SIZE = "size against whole-page level 6"


def level_6_size(page: bytes) -> int:
    """How long the whole page is when gzip's usual level compresses it."""
    compressor = zlib.compressobj(6, wbits=31)
    return len(compressor.compress(page) + compressor.flush())


def gzip_shared(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    whole = bench.origin.whole(page)
    gateway = bench.gateway(f"{workload.name}-gateway", {"/": page})
    plain = bench.gateway_subject("gateway, no coding", gateway, page)
    sizes: list[int] = []

    def verify() -> None:
        answer = gateway.get("/", _ACCEPT)
        if answer.header("content-encoding") != "gzip":
            raise BenchmarkError("the gateway answers without gzip although it is accepted")
        if answer.plain_body() != whole:
            raise BenchmarkError("a compressed page unpacks to something else than the page")
        # The first answers are streamed, as the fragments come; they may be coded in another way.
        sizes.append(len(answer.body))

    coded = Subject(
        "gateway, gzip",
        gateway.process,
        gateway.url("/"),
        gateway.host,
        verify,
        None,
        headers=_ACCEPT,
    )
    rows = compare(bench, [coded, plain])
    bench.stop([gateway])
    values = {_SIZE: sizes[-1] / level_6_size(whole)}
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    outcome.notes.append(
        f"{len(whole)} bytes; level 6 {level_6_size(whole)}, the gateway {sizes[-1]}"
    )
    outcome.verdicts = judge(workload.goals, rows, values)
    return outcome


def gzip_personal(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    spliced = personal_gateway(bench, f"{workload.name}-gateway", page)
    anew = personal_gateway(
        bench, f"{workload.name}-whole", page, {"personal": "whole", "level": 6}
    )
    subjects = []
    sizes = []
    for name, gateway in (
        ("gateway, gzip", spliced),
        ("gateway, whole page at level 6 each time", anew),
    ):
        subject, pages = visitor_subject(bench, name, gateway, page, _ACCEPT, "gzip")
        # Learnt without a coding: what gzip unpacks to has to be the same.
        pages.verify()
        subjects.append(subject)
    rows = compare(bench, subjects)
    for cookie in spliced_cookies(subjects[0]):
        answer = spliced.get("/", {"Cookie": cookie, **_ACCEPT})
        sizes.append(len(answer.body) / level_6_size(answer.plain_body()))
    bench.stop([spliced, anew])
    values = {_SIZE: sum(sizes) / len(sizes)}
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    outcome.verdicts = judge(workload.goals, rows, values)
    return outcome


def spliced_cookies(subject: Subject, count: int = 16) -> list[str]:
    """Some visitors' cookies, from the list of paths."""
    assert subject.paths is not None
    return [
        line.partition("Cookie: ")[2] for line in subject.paths.read_text().splitlines()[:count]
    ]
