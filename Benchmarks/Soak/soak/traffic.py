"""The bulk of the traffic, by the load client, in slices of a few seconds."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from pathlib import Path

from harness import BenchmarkError, Gateway, Load, LoadResult

from soak.tally import Kind, Tally

PAGES = Kind.of("pages", 200)
CHURN = Kind.of("pages of many products", 200)
PASSED = Kind.of("passed through", 200)
FAILING = Kind.of("pages and answers of a service that fails", 200, 500, 502, 503, 504)
PROBE = Kind.of("probe of the latency", 200)

# More products than the memory tier has room for.
PRODUCTS = 100_000
# An answer of the service itself, which the gateway passes through.
PASSED_PATH = "/page?n=0&size=100"


@dataclasses.dataclass(frozen=True)
class Job:
    """One kind of traffic."""

    kind: Kind
    host: str
    # Targets, some with header lines after tabs.
    targets: tuple[str, ...]
    rate: float
    connections: int
    # Requests until a connection is replaced by a new one.
    reconnect: int | None = None


def jobs(cookie: str, source: random.Random) -> list[Job]:
    """About 1,600 requests a second; `cookie` is a visitor's session."""
    mixture = (
        ["/"] * 10
        + ["/\tAccept-Encoding: gzip"] * 10
        + ["/mixed"] * 6
        + ["/mixed\tAccept-Encoding: gzip"] * 2
    )
    mixture += [
        "/account",
        f"/account\tCookie: {cookie}",
        f"/account\tCookie: {cookie}\tAccept-Encoding: gzip",
    ]
    mixture += ["/large", "/\tAccept-Language: de", "/\tUser-Agent: soak"]
    source.shuffle(mixture)
    products = tuple(f"/products/{source.randrange(PRODUCTS)}" for _ in range(20_000))
    answers = tuple(f"/page?n={n}&size={size}" for n in range(20) for size in (100, 5_000, 40_000))
    return [
        Job(PAGES, "shop", tuple(mixture), rate=1000, connections=48, reconnect=50),
        Job(CHURN, "shop", products, rate=300, connections=16),
        Job(PASSED, "shop", answers, rate=150, connections=16, reconnect=20),
        Job(
            FAILING,
            "flaky",
            ("/", "/page?n=1&size=2000", "/page?n=2&size=2000&fail=50"),
            rate=100,
            connections=16,
        ),
        Job(PROBE, "shop", ("/",), rate=50, connections=1),
    ]


class Traffic:
    """Runs all jobs at once for a slice of time."""

    def __init__(
        self, gateway: Gateway, load: Load, folder: Path, tally: Tally, jobs: list[Job]
    ) -> None:
        self._gateway = gateway
        self._load = load
        self._tally = tally
        self._jobs = [(job, folder / f"job-{number}.paths") for number, job in enumerate(jobs)]
        for job, path in self._jobs:
            path.write_text("".join(f"{target}\n" for target in job.targets))

    async def slice(self, seconds: float) -> LoadResult:
        """All jobs for so long; the result is the probe's."""
        results = await asyncio.gather(
            *(asyncio.to_thread(self._run, job, path, seconds) for job, path in self._jobs)
        )
        for (job, _), result in zip(self._jobs, results):
            self._count(job.kind, result)
        (probe,) = (result for (job, _), result in zip(self._jobs, results) if job.kind is PROBE)
        if probe.requests == 0:
            raise BenchmarkError(
                f"the probe had no answer for {seconds:.0f} s; {self._gateway.process.last_lines()}"
            )
        return probe

    def _run(self, job: Job, paths: Path, seconds: float) -> LoadResult:
        return self._load.run(
            self._gateway.url("/"),
            host=f"{job.host}.localhost:{self._gateway.port}",
            connections=job.connections,
            seconds=seconds,
            paths=paths,
            # The products in another order each time: some are asked again before they are evicted.
            random=job.kind is CHURN,
            rate=job.rate,
            reconnect=job.reconnect,
        )

    def _count(self, kind: Kind, result: LoadResult) -> None:
        self._tally.answered(kind, 200, result.requests)
        for status, count in result.statuses.items():
            self._tally.answered(kind, int(status), count)
        troubles = {
            "connections refused": result.connect_errors,
            "connections reset": result.resets,
            "answers too late": result.timeouts,
            "answers cut short": result.short,
        }
        for what, count in troubles.items():
            if count:
                self._tally.broke(kind, what, count)
