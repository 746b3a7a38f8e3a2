"""The machine that is measured on, and whether it was left alone meanwhile."""

import os
import platform
import re
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from .proc import TICK

T = TypeVar("T")


@dataclass(frozen=True)
class Machine:
    """What a reader needs to know to compare figures."""

    cpu: str
    cores: int
    memory_gb: float
    kernel: str
    governor: str
    hypervisor: str
    system: str
    date: str

    @staticmethod
    def here() -> "Machine":
        info = Path("/proc/cpuinfo").read_text()
        release = dict(
            line.split("=", 1)
            for line in Path("/etc/os-release").read_text().splitlines()
            if "=" in line
        )
        governor = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        return Machine(
            cpu=cpu_name(info),
            cores=os.cpu_count() or 1,
            memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
            kernel=platform.release(),
            governor=governor.read_text().strip() if governor.exists() else "none",
            hypervisor="yes" if re.search(r"^flags.*\bhypervisor\b", info, re.MULTILINE) else "no",
            system=release.get("PRETTY_NAME", "unknown").strip('"'),
            date=datetime.now(UTC).strftime("%-d %B %Y"),
        )


def cpu_name(info: str) -> str:
    """The processor's name, and its family, since virtual machines have short names."""
    values = dict(re.findall(r"^([^\t:]+)\t*: (.*)$", info, re.MULTILINE))
    name = values.get("model name", "unknown")
    return f"{name} (family {values.get('cpu family')}, model {values.get('model')})"


def package_versions(names: list[str]) -> dict[str, str]:
    """The versions of Debian packages; what is not installed is left out."""
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${Version}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(line.split(" ", 1) for line in done.stdout.splitlines() if line.count(" ") == 1)


@dataclass(frozen=True)
class CPUTimes:
    """Seconds of all cores together since the machine began."""

    busy: float
    steal: float

    @staticmethod
    def now() -> "CPUTimes":
        return CPUTimes.parse(Path("/proc/stat").read_text())

    @staticmethod
    def parse(text: str) -> "CPUTimes":
        """Reads the first line of /proc/stat: user nice system idle iowait irq softirq steal …"""
        values = [int(word) * TICK for word in text.splitlines()[0].split()[1:9]]
        return CPUTimes(busy=sum(values[:3]) + values[5] + values[6], steal=values[7])


def disturbance(
    before: CPUTimes, after: CPUTimes, used: float, seconds: float
) -> tuple[float, float]:
    """The cores that others used and that the hypervisor took; `used` seconds were one's own."""
    # Ticks are rounded, so one's own part may seem to be more than all.
    foreign = max(0.0, after.busy - before.busy - used)
    return foreign / seconds, (after.steal - before.steal) / seconds


@dataclass(frozen=True)
class Measured(Generic[T]):
    """A value, and how undisturbed it was measured."""

    value: T
    foreign: float  # cores that others used meanwhile
    steal: float  # cores that the hypervisor gave to others
    repeats: int  # measurements that were thrown away before
    is_clean: bool


def measure_undisturbed(
    measure: Callable[[], T],
    own_cpu_seconds: Callable[[], float],
    *,
    limit: float = 0.05,
    attempts: int = 4,
) -> Measured[T]:
    """Measures again while others use more than `limit` of a core; keeps the least disturbed.

    `own_cpu_seconds` is the processor time so far of what is measured; that of this process and of
    the children that it waited for is added.
    """
    best: Measured[T] | None = None
    for attempt in range(attempts):
        own, before, began = own_cpu_seconds() + _own_seconds(), CPUTimes.now(), time.monotonic()
        value = measure()
        seconds, after = time.monotonic() - began, CPUTimes.now()
        used = own_cpu_seconds() + _own_seconds() - own
        foreign, steal = disturbance(before, after, used, seconds)
        is_clean = foreign + steal <= limit
        if best is None or foreign + steal < best.foreign + best.steal:
            best = Measured(value, foreign, steal, attempt, is_clean)
        if is_clean:
            return Measured(value, foreign, steal, attempt, True)
    assert best is not None
    return Measured(best.value, best.foreign, best.steal, attempts - 1, False)


def _own_seconds() -> float:
    usages = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
