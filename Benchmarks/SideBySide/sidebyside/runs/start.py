"""From exec to the first connection that is taken, with the example site."""

import os
import socket
import subprocess
import time
from statistics import median
from typing import TYPE_CHECKING

from harness import PROJECT, BenchmarkError, free_port

from ..goals import judge
from ..results import Outcome

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload

_TIMES = 20
_PATIENCE = 10


def start(bench: "Bench", workload: "Workload") -> Outcome:
    times = sorted(_time_one(bench) for _ in range(_TIMES))
    outcome = Outcome(workload.name, workload.title, bench.layout.name)
    outcome.notes.append(
        f"{_TIMES} starts: {times[0]:.1f} to {times[-1]:.1f} ms, counted from before the fork; "
        "Redis is up, the services are not"
    )
    outcome.verdicts = judge(
        workload.goals, [], {"from exec to the first connection": median(times)}
    )
    return outcome


def _time_one(bench: "Bench") -> float:
    port = free_port()
    environment = {
        "PORT": str(port),
        "ADMIN_PORT": str(free_port()),
        "REDIS_PORT": str(bench.redis.port),
        "SESSION_KEY": "5e" * 32,
        "IDENTITY_SECRET": "1d" * 32,
        "SSO_SECRET": "50" * 32,
    }
    command = [str(bench.binary), "serve", "--config", str(PROJECT / "gateway.yaml")]
    log = bench.processes.folder / "start.log"
    with log.open("wb") as output:
        began = time.perf_counter()
        # Without the words that pin a command: they are programs, and would be timed with it.
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        while not _takes_connections(port):
            if process.poll() is not None:
                raise BenchmarkError(f"the gateway ended while starting: {log.read_text()}")
            if time.perf_counter() - began > _PATIENCE:
                raise BenchmarkError(f"the gateway did not listen within {_PATIENCE} s")
            time.sleep(0.0002)
        return (time.perf_counter() - began) * 1000
    finally:
        process.kill()
        process.wait()


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True
