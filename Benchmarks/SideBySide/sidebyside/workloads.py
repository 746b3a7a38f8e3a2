"""What is measured and what it has to reach: the one table of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness import Page, Part

from . import runs
from .goals import Goal, Limit, Ratio
from .results import Outcome

if TYPE_CHECKING:
    from .bench import Bench

GATEWAY = "gateway"
FILE = "nginx, file"
TUNED = "nginx SSI, tuned"
USUAL = "nginx SSI, usual"
VARNISH = "Varnish ESI"
ATS = "ATS ESI"
ATS_STREAMING = "ATS ESI, streaming"

COMPOSERS = (TUNED, USUAL, VARNISH, ATS, ATS_STREAMING)
HOUR = 3600


@dataclass(frozen=True)
class Workload:
    """A page, those who serve it, and the goals."""

    name: str
    title: str
    page: Page
    run: Callable[["Bench", "Workload"], Outcome]
    peers: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    is_main: bool = False  # measured again with nothing pinned


def cards(count: int, size: int) -> tuple[Part, ...]:
    """Fragments that may be kept."""
    return tuple(Part(f"card{n}", size=size, n=n, ttl=HOUR) for n in range(count))


def with_parts(name: str, changed: dict[int, Part]) -> Page:
    """The page of eight fragments of 2 KB with some of them in another way."""
    parts = cards(8, 2048)
    return Page(name, tuple(changed.get(n, part) for n, part in enumerate(parts)))


EIGHT = Page("w8x2k", cards(8, 2048))
MIXED = with_parts("w8mixed", {n: Part(f"live{n}", n=n) for n in (2, 5)})
COLD = Page("w8cold", tuple(Part(f"cold{n}", n=n, delay=20) for n in range(8)))
SLOW = with_parts("w8slow", {3: Part("slow", n=3, delay=2000, options="timeout 3s")})
PERSONAL = with_parts(
    "w8personal", {n: Part(f"own{n}", n=n, ttl=HOUR, personal=True) for n in (1, 5)}
)
REFRESHED = Page(
    "w8refreshed", tuple(Part(f"fresh{n}", size=2048, n=n, ttl=1) for n in range(8))
)
BADGE = Page("w8badge", (*cards(8, 2048), Part("badge", size=120, ttl=HOUR, personal=True)))

WORKLOADS = (
    Workload(
        "w8x2k",
        "8 cached fragments of 2 KB",
        EIGHT,
        runs.with_peers,
        (FILE, *COMPOSERS),
        (Ratio(FILE, 1.0), Ratio(TUNED, 4), Ratio(VARNISH, 12), Ratio(ATS, 10)),
        is_main=True,
    ),
    Workload(
        "w24x1k",
        "24 cached fragments of 1 KB",
        Page("w24x1k", cards(24, 1024)),
        runs.with_peers,
        (FILE, *COMPOSERS),
        (Ratio(FILE, 0.95), Ratio(TUNED, 14)),
        is_main=True,
    ),
    Workload(
        "plain16k",
        "plain cached 16 KB",
        Page.plain("plain16k", Part("page", size=16384, ttl=HOUR)),
        runs.with_peers,
        (FILE, USUAL, VARNISH, ATS),
        (Ratio(FILE, 1.0), Ratio(VARNISH, 1.4)),
    ),
    Workload(
        "w8mixed",
        "8 fragments, 2 of them not cacheable",
        MIXED,
        runs.with_peers,
        COMPOSERS,
        (Ratio(TUNED, 1.2), Ratio(USUAL, 2.5)),
        is_main=True,
    ),
    Workload(
        "w8cold",
        "8 cold fragments of 20 ms",
        COLD,
        runs.cold,
        COMPOSERS,
        (Limit("p50 with one connection", 22, "ms"),),
    ),
    Workload(
        "w8slow",
        "one fragment of eight takes 2 s",
        SLOW,
        runs.slow,
        COMPOSERS,
        (Limit("first byte", 2, "ms"), Limit("everything before the slow fragment", 5, "ms")),
    ),
    Workload(
        "gzip-shared",
        "gzip accepted, 8 shared cached fragments",
        EIGHT,
        runs.gzip_shared,
        goals=(
            Ratio("gateway, no coding", 0.95),
            Limit("size against whole-page level 6", 1.0, "×"),
        ),
    ),
    Workload(
        "gzip-personal",
        "gzip accepted, 2 of 8 fragments personal",
        PERSONAL,
        runs.gzip_personal,
        goals=(
            Ratio("gateway, whole page at level 6 each time", 3),
            Limit("size against whole-page level 6", 1.25, "×"),
        ),
    ),
    Workload(
        "session",
        "visitors with a session and a personal badge",
        BADGE,
        runs.session,
        goals=(Ratio("gateway, anonymous", 0.85),),
    ),
    Workload(
        "connections",
        "1,000 connections",
        EIGHT,
        runs.connections,
        (FILE,),
        (
            Ratio("gateway, 64 connections", 0.85),
            Limit("memory at 1,000 connections", 60, "MB"),
        ),
    ),
    Workload(
        "threads",
        "two threads",
        EIGHT,
        runs.threads,
        goals=(Limit("speed-up of two threads", 1.8, "×", is_at_least=True),),
    ),
    Workload(
        "redis-alone",
        "out of Redis alone, no memory tier",
        EIGHT,
        runs.redis_alone,
        goals=(Ratio("gateway, out of memory", 0.4),),
    ),
    Workload("redis-down", "Redis stopped", EIGHT, runs.redis_down),
    Workload(
        "outages",
        "a warm page during outages",
        REFRESHED,
        runs.outages,
        goals=(
            Limit("p99 with its service down", 2, "×"),
            Limit("p99 with Redis down", 2, "×"),
        ),
    ),
    Workload(
        "start",
        "start with the example site",
        EIGHT,
        runs.start,
        goals=(Limit("from exec to the first connection", 50, "ms"),),
    ),
)
