"""One soak from its first request to its last descriptor."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import random
from collections.abc import Callable

from harness import Load, Processes
from harness.proc import cpu_seconds, memory

from soak import descriptors
from soak.clients import RATES, Visitor, visit_at_rate
from soak.surroundings import Surroundings
from soak.tally import Tally
from soak.timetable import Event, timetable
from soak.traffic import PASSED_PATH, Traffic, jobs
from soak.verdict import Sample

SLICE = 10.0
# Connections are closed and a retired set of services is let go within this time after the last
# request.
SETTLING = 8.0


@dataclasses.dataclass
class Soaked:
    """Everything that was seen."""

    seconds: float
    tally: Tally
    before: collections.Counter[str]
    after: collections.Counter[str]
    kept: dict[str, int]
    samples: list[Sample] = dataclasses.field(default_factory=list)
    events: list[tuple[float, Event]] = dataclasses.field(default_factory=list)


class Soak:
    """`tell` is given each sample as it is taken."""

    def __init__(
        self,
        surroundings: Surroundings,
        load: Load,
        processes: Processes,
        tell: Callable[[Sample], None],
    ) -> None:
        self._surroundings = surroundings
        self._gateway = surroundings.gateway
        self._tally = Tally()
        self._tell = tell
        source = random.Random(1)
        self._visitor = Visitor(surroundings.site, self._gateway, self._tally, source)
        cookie = self._gateway.get("/account").cookies()
        self._traffic = Traffic(
            self._gateway, load, processes.folder, self._tally, jobs(cookie, source)
        )

    async def run(self, seconds: float) -> Soaked:
        # What the gateway makes once is there when its descriptors are counted: the system's timers
        # with the first reload, libcurl's descriptors with the first answer that is passed through.
        self._surroundings.apply(Event.RELOAD_SERVICES)
        await asyncio.sleep(SETTLING)
        await self._ask_services()
        soaked = Soaked(
            seconds,
            self._tally,
            self._descriptors(),
            collections.Counter(),
            self._surroundings.kept,
        )
        self._start = asyncio.get_running_loop().time()
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for (kind, visit), rate in RATES.items():
                group.create_task(visit_at_rate(kind, visit, rate, self._visitor, stop))
            group.create_task(self._disturb(timetable(seconds), soaked.events))
            await self._sample(seconds, soaked.samples)
            stop.set()
        # The clients that hang on have been closed by then.
        await asyncio.sleep(SETTLING)
        # A pool lets go of connections that a service has reset when it is next asked for one.
        await self._ask_services()
        soaked.after = self._descriptors()
        return soaked

    async def _ask_services(self) -> None:
        for path in ("/mixed", PASSED_PATH):
            await asyncio.to_thread(self._gateway.get, path)
        await asyncio.sleep(1)

    def _descriptors(self) -> collections.Counter[str]:
        return descriptors.kinds_of(self._gateway.pid, self._surroundings.ports, self._gateway.port)

    @property
    def _elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self._start

    async def _disturb(
        self, table: list[tuple[float, Event]], happened: list[tuple[float, Event]]
    ) -> None:
        for time, event in table:
            await asyncio.sleep(max(0, time - self._elapsed))
            await asyncio.to_thread(self._surroundings.apply, event)
            happened.append((self._elapsed, event))

    async def _sample(self, seconds: float, samples: list[Sample]) -> None:
        pid = self._gateway.pid
        used, since = cpu_seconds(pid), 0.0
        seen = self._tally.by_status()
        for number in range(int(seconds / SLICE)):
            await asyncio.sleep(max(0, number * SLICE - self._elapsed))
            # A moment of the slice is left for its processes to begin and to end.
            traffic = asyncio.create_task(self._traffic.slice(SLICE * 0.95))
            await asyncio.sleep(SLICE / 2)
            now, processor, sizes = self._elapsed, cpu_seconds(pid), memory(pid)
            count = self._descriptors().total()
            probe = await traffic
            outcomes = self._tally.by_status()
            samples.append(
                Sample(
                    seconds=now,
                    rss=sizes.rss,
                    pss=sizes.pss,
                    descriptors=count,
                    cpu=(processor - used) / (now - since),
                    p50_us=probe.p50,
                    p99_us=probe.p99,
                    requests=(outcomes - seen).total(),
                    outcomes=dict(outcomes - seen),
                )
            )
            used, since, seen = processor, now, outcomes
            self._tell(samples[-1])
