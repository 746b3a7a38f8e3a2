"""What the gateway depends on, and what is done to it."""

from __future__ import annotations

import os
import signal

from harness import Gateway, Origin, Processes, Redis, Tools

from soak.site import THREADS, SoakSite
from soak.timetable import Event

# Every other key, so that half of what is cached is asked of the services again.
DELETE_HALF = (
    "EVAL \"local keys = redis.call('KEYS', '*') "
    "for i = 1, #keys, 2 do redis.call('UNLINK', keys[i]) end return #keys\" 0"
)


class Surroundings:
    """The services shop, flaky and slow, a Redis, and the gateway in front of them."""

    def __init__(self, processes: Processes, tools: Tools, binary: os.PathLike[str]) -> None:
        self._processes = processes
        self._tools = tools
        self.origins = {name: Origin(processes, tools) for name in ("shop", "flaky", "slow")}
        self.redis = Redis(processes)
        self.site = SoakSite(self.origins)
        self.gateway = Gateway(
            processes,
            binary,
            self.site.files(),
            threads=THREADS,
            redis=self.redis.url,
            name="gateway",
        )

    @property
    def ports(self) -> dict[int, str]:
        """What listens on each port that the gateway connects to."""
        return {origin.port: name for name, origin in self.origins.items()} | {
            self.redis.port: "redis"
        }

    @property
    def kept(self) -> dict[str, int]:
        """How many connections to each service may stay open for its next requests."""
        bounds = self.gateway.site.gateway_yaml(0, 0, THREADS, None)["services"]
        return {name: service["concurrency"] for name, service in bounds.items()}

    def apply(self, event: Event) -> None:
        """Lets an event happen; returns once it has."""
        match event:
            case Event.RELOAD_TEMPLATES | Event.RELOAD_SERVICES:
                changes_services = event is Event.RELOAD_SERVICES
                self.site.next_edition(self.gateway, self.redis.url, changes_services)
            case Event.FLAKY_STOPS:
                self._processes.stop(self.origins["flaky"].process)
            case Event.FLAKY_STARTS:
                port = self.origins["flaky"].port
                self.origins["flaky"] = Origin(self._processes, self._tools, port=port)
            case Event.SLOW_HANGS:
                os.kill(self.origins["slow"].process.pid, signal.SIGSTOP)
            case Event.SLOW_GOES_ON:
                os.kill(self.origins["slow"].process.pid, signal.SIGCONT)
            case Event.REDIS_STOPS:
                self._processes.stop(self.redis.process)
            case Event.REDIS_STARTS:
                self.redis = Redis(self._processes, port=self.redis.port)
            case Event.KEYS_DELETED:
                self.redis.command(DELETE_HALF)
