"""Measures points in turn: gateways on the first core, their client and origin on the second."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import (
    BenchmarkError,
    Gateway,
    Load,
    LoadResult,
    Origin,
    Page,
    Processes,
    Site,
    Tools,
    measure_undisturbed,
)
from harness.proc import cpu_seconds, memory

from growth.curve import Curve

SERVER_CORES, CLIENT_CORES = [0], [1]
WARM_UP = 0.3
# Of the load client's time, the part in the middle in which the server's processor time is read.
WINDOW = 0.8
# The gateways wait for what they ask for: only their cost is of interest here.
RULES = {"*": {"timeout": "10s"}}


@dataclasses.dataclass(frozen=True)
class Point:
    """One size of what grows, and how it is asked."""

    size: int
    gateway: Gateway
    # A path, or a file of targets of which each is asked at random.
    target: str | Path
    connections: int = 64
    # Whether the origin must not be asked for anything meanwhile.
    is_cached: bool = True


class Bench:
    """The processes of a run; `rounds` times `seconds` is measured at each point."""

    def __init__(
        self,
        processes: Processes,
        tools: Tools,
        binary: Path,
        *,
        rounds: int,
        seconds: float,
        is_quick: bool,
    ) -> None:
        self.origin = Origin(processes, tools, cores=CLIENT_CORES)
        self.rounds = rounds
        self.is_quick = is_quick
        # Measurements that others disturbed, however often they were repeated.
        self.disturbed = 0
        self.measured = 0
        self._seconds = seconds
        self._processes = processes
        self._binary = binary
        self._load = Load(tools, cores=CLIENT_CORES)

    @contextlib.contextmanager
    def gateway(self, name: str, site: Site) -> Iterator[Gateway]:
        """A gateway of one thread, as long as the context lasts."""
        gateway = Gateway(self._processes, self._binary, site, name=name, cores=SERVER_CORES)
        try:
            yield gateway
        finally:
            self._processes.stop(gateway.process)

    def paths(self, name: str, targets: Iterable[str]) -> Path:
        """A file of targets for the load client."""
        path = self._processes.folder / f"{name}.paths"
        path.write_text("".join(f"{target}\n" for target in targets))
        return path

    def verify(self, gateway: Gateway, path: str, page: Page) -> None:
        """Makes sure that a page is the expected one, byte for byte."""
        answer = gateway.get(path)
        if answer.status != 200 or answer.body != self.origin.whole(page):
            raise BenchmarkError(
                f"the gateway answers {path} with status {answer.status} and {len(answer.body)} "
                "bytes that are not the "
                f"page {page.name!r}; the log is {gateway.process.log}"
            )

    def request_all(self, gateway: Gateway, paths: Path, connections: int = 64) -> None:
        """Asks for every target of a file once, so that all is cached."""
        count = paths.read_bytes().count(b"\n")
        result = self._load.run(
            gateway.url("/"),
            host=gateway.host,
            connections=connections,
            paths=paths,
            requests=count,
        )
        result.require_clean(f"filling {gateway.folder.name}")
        # The client has gone once it had so many answers, some of them to targets that it asked again
        # while others were fetched: those come in the end.
        fetched = -1
        while (count := self.origin.count()) != fetched:
            fetched = count
            time.sleep(0.2)

    def measure_in_turn(self, curve: Curve, points: Sequence[Point]) -> None:
        """Measures all points in each round, there and back: a drift of the machine is no slope."""
        for number in range(self.rounds):
            for point in points if number % 2 == 0 else reversed(points):
                self.measure(curve, point)

    def measure(self, curve: Curve, point: Point) -> None:
        """Adds the server's processor time a page, and the pages a second."""
        if isinstance(point.target, str):
            # Makes it cached, and says early that it cannot be had.
            self._ask(point, requests=2 * point.connections)
        fetched = self.origin.count()
        measured = measure_undisturbed(
            lambda: self._measure_once(point),
            self._processes.cpu_seconds,
            attempts=1 if self.is_quick else 3,
        )
        if point.is_cached and (extra := self.origin.count() - fetched):
            raise BenchmarkError(
                f"{curve.series} at {point.size}: {extra} fragments were fetched that had to be "
                "cached"
            )
        self.measured += 1
        self.disturbed += not measured.is_clean
        cost, rate = measured.value
        curve.add(point.size, cost, rate)

    def _measure_once(self, point: Point) -> tuple[float, float]:
        pid = point.gateway.pid
        readings = []
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self._ask, point, seconds=self._seconds, warmup=WARM_UP)
            while not running.done():
                readings.append((time.monotonic(), cpu_seconds(pid)))
                time.sleep(0.02)
            rate = running.result().rate
        # The client measures last, once it has all connections and has warmed up: neither is the
        # pages' cost.
        end = readings[-1][0]
        edge = self._seconds * (1 - WINDOW) / 2
        inside = [
            reading
            for reading in readings
            if end - self._seconds + edge <= reading[0] <= end - edge
        ]
        share = (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0])
        return share / rate * 1e6, rate

    def _ask(self, point: Point, **options: float) -> LoadResult:
        target = point.target
        is_file = isinstance(target, Path)
        result = self._load.run(
            point.gateway.url("/" if is_file else str(target)),
            host=point.gateway.host,
            connections=point.connections,
            paths=target if is_file else None,
            random=is_file,
            **options,
        )
        return result.require_clean(f"size {point.size} of {point.gateway.folder.name}")

    def restart_us(self, gateway: Gateway) -> float:
        """Starts a gateway anew; the microseconds from its start to its first connection."""
        self._processes.stop(gateway.process)
        began = time.perf_counter()
        gateway.process = self._processes.start(
            gateway.folder.name,
            [self._binary, "serve", "--config", gateway.yaml],
            cores=SERVER_CORES,
        )
        while not _is_listening(gateway.port):
            if not gateway.process.is_running() or time.perf_counter() - began > 60:
                raise BenchmarkError(
                    f"the gateway did not start again; {gateway.process.last_lines()}"
                )
            time.sleep(0.0005)
        return (time.perf_counter() - began) * 1e6

    def reload_us(
        self, gateway: Gateway, changed: dict[str, str], path: str, awaited: bytes
    ) -> float:
        """Changes templates and sends SIGHUP; until a page shows the change, in microseconds."""
        for name, text in changed.items():
            (gateway.folder / "Templates" / name).write_text(text)
        os.kill(gateway.pid, signal.SIGHUP)
        began = time.perf_counter()
        while awaited not in gateway.get(path).body:
            if time.perf_counter() - began > 60:
                raise BenchmarkError(
                    f"a reload took more than a minute; {gateway.process.last_lines()}"
                )
            time.sleep(0.0005)
        return (time.perf_counter() - began) * 1e6


def rss(gateway: Gateway) -> int:
    """Resident bytes of a gateway."""
    return memory(gateway.pid).rss


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionError:
        return False
    return True
