"""Runs the load client."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .builds import Tools
from .processes import BenchmarkError, pinned


@dataclass(frozen=True)
class LoadResult:
    """What a run of the load client measured: complete answers 2xx; times in microseconds."""

    requests: int
    bytes: int
    seconds: float
    rate: float
    statuses: dict[str, int]
    connect_errors: int
    resets: int
    timeouts: int
    short: int
    late: int  # requests of an open loop that were due and could not be sent
    p50: float
    p90: float
    p99: float
    p999: float
    max: float
    connections: int
    cpu: float  # the client's own, in cores

    @staticmethod
    def parse(text: str) -> "LoadResult":
        """Reads the client's JSON."""
        value: dict[str, Any] = json.loads(text)
        errors, latency = value["errors"], value["latency_us"]
        return LoadResult(
            requests=value["requests"],
            bytes=value["bytes"],
            seconds=value["seconds"],
            rate=value["rate"],
            statuses=errors["status"],
            connect_errors=errors["connect"],
            resets=errors["reset"],
            timeouts=errors["timeout"],
            short=errors["short"],
            late=errors["late"],
            connections=value["connections"],
            cpu=value["cpu"],
            **latency,
        )

    @property
    def error_count(self) -> int:
        failures = self.connect_errors + self.resets + self.timeouts + self.short
        return sum(self.statuses.values()) + failures

    def require_clean(self, what: str) -> "LoadResult":
        """Itself, when nothing failed."""
        if self.error_count or not self.requests:
            raise BenchmarkError(f"{what}: {self.requests} answers and these failures: {self}")
        return self


@dataclass(frozen=True)
class Load:
    """The load client, on its cores."""

    tools: Tools
    cores: Sequence[int] | None = None

    def run(
        self,
        url: str,
        *,
        host: str | None = None,
        connections: int = 64,
        seconds: float | None = None,
        requests: int | None = None,
        headers: Mapping[str, str] | None = None,
        paths: Path | None = None,
        random: bool = False,
        rate: float | None = None,
        warmup: float = 0,
        reconnect: int | None = None,
        timeout: float = 30,
    ) -> LoadResult:
        """Measures; load.c tells what each option means."""
        command = [
            *pinned(self.cores),
            str(self.tools.load),
            "--url",
            url,
            "--connections",
            str(connections),
        ]
        optional: Iterable[tuple[str, object]] = (
            ("--host", host),
            ("--seconds", seconds),
            ("--requests", requests),
            ("--paths", paths),
            ("--rate", rate),
            ("--warmup", warmup or None),
            ("--reconnect", reconnect),
            ("--timeout", timeout),
        )
        for option, value in optional:
            if value is not None:
                command += [option, str(value)]
        for name, text in (headers or {}).items():
            command += ["--header", f"{name}: {text}"]
        if random:
            command.append("--random")
        # With the time for connections and the warm-up, whatever happens to the server.
        limit = (seconds or 600) + warmup + timeout + 30
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
        if done.returncode != 0:
            raise BenchmarkError(f"{' '.join(command)} failed: {done.stderr.strip()}")
        return LoadResult.parse(done.stdout)
