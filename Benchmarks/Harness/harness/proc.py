"""What /proc tells of a process. One that has ended counts nothing."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Bytes of memory: resident, and with shared pages divided by those who share them."""

    rss: int
    pss: int


def parse_stat(text: str) -> list[str]:
    """The fields of /proc/PID/stat from the state on, after the name, which may hold anything."""
    return text.rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """Processor time so far of a process, with that of threads that ended."""
    text = _read(f"/proc/{pid}/stat")
    if not text:
        return 0.0
    fields = parse_stat(text)
    return (int(fields[11]) + int(fields[12])) * TICK


def memory(pid: int) -> Memory:
    """Memory of a process."""
    values = parse_rollup(_read(f"/proc/{pid}/smaps_rollup"))
    return Memory(rss=values.get("Rss", 0), pss=values.get("Pss", 0))


def parse_rollup(text: str) -> dict[str, int]:
    """The lines `Name:  12 kB` of smaps_rollup, in bytes."""
    values = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[2] == "kB":
            values[words[0].rstrip(":")] = int(words[1]) * 1024
    return values


def descriptor_count(pid: int) -> int:
    """Open descriptors of a process."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except FileNotFoundError:
        return 0


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (text := _read(f"/proc/{name}/stat")):
            children.setdefault(int(parse_stat(text)[1]), []).append(int(name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
