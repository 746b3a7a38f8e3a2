"""Counts the instructions of one iteration of a benchmark with callgrind."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Two runs, whose difference is that of the iterations alone: the start, the preparation and what
# happens once are in both.
FACTOR = 6

# glibc and OpenSSL choose among several copies of a function by the processor. valgrind shows
# programs a Haswell where it runs on anything that has AVX2, and an older one elsewhere: these are
# switched off so that both count the same. ERMS in particular: callgrind counts each step of a
# `rep movsb`, so that a copy would be as many instructions as it has bytes.
GLIBC_FEATURES = (
    "AVX AVX2 AVX_Fast_Unaligned_Load AVX512F AVX512VL AVX512BW BMI1 BMI2 "
    "ERMS FSRM LZCNT MOVBE RTM SSSE3 SSE4_1 SSE4_2"
).split()
# Nothing of the second word of features, where AVX2 is; AES-NI and PCLMULQDQ are in the first.
OPENSSL_FEATURES = ":0"


class MeasureError(Exception):
    """Why something cannot be measured, and what to do about it."""


@dataclass(frozen=True)
class Benchmark:
    """A line of `benchmarks list`."""

    name: str
    iterations: int
    summary: str


def parse_list(text: str) -> list[Benchmark]:
    """Reads what `benchmarks list` prints."""
    benchmarks = []
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) != 3 or not fields[1].isdigit():
            raise MeasureError(
                f"'benchmarks list' printed {line!r}, not NAME, ITERATIONS, SUMMARY with tabs"
            )
        benchmarks.append(Benchmark(fields[0], int(fields[1]), fields[2]))
    return benchmarks


def parse_total(profile: str) -> int:
    """The instructions of a whole run, from the text of callgrind's file."""
    events = re.search(r"^events: *(.*)$", profile, re.MULTILINE)
    totals = re.search(r"^(?:totals|summary): *([\d ]+)$", profile, re.MULTILINE)
    if events is None or totals is None:
        raise MeasureError("callgrind's file has no total; was it stopped before its end?")
    counts = dict(zip(events.group(1).split(), totals.group(1).split()))
    if "Ir" not in counts:
        raise MeasureError(f"callgrind counted {events.group(1)!r} and not the instructions (Ir)")
    return int(counts["Ir"])


def per_iteration(few: int, many: int, iterations: int) -> float:
    """The instructions of one iteration, from the totals of so many and of `FACTOR` times that."""
    if many <= few:
        raise MeasureError(f"{FACTOR} times the iterations took {many} instructions, once {few}")
    return (many - few) / (iterations * (FACTOR - 1))


def environment() -> dict[str, str]:
    """What programs are counted in: nothing that differs from run to run or between machines."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    return kept | {
        "SWIFT_DETERMINISTIC_HASHING": "1",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in GLIBC_FEATURES),
        "OPENSSL_ia32cap": OPENSSL_FEATURES,
        "TZ": "UTC",
    }


class Callgrind:
    """Runs the program under callgrind, whose files stay in a folder for `callgrind_annotate`."""

    def __init__(self, program: Path, folder: Path, root: Path) -> None:
        for tool in ("valgrind", "strip", "setarch"):
            if shutil.which(tool) is None:
                raise MeasureError(f"there is no {tool}; install it with: make deps")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.root = root
        # valgrind 3.19 does not get through Swift's debugging information.
        self.program = folder / "benchmarks"
        subprocess.run(["strip", "-g", "-o", self.program, program], check=True)

    def count(self, benchmark: Benchmark) -> float:
        """The instructions of one iteration."""
        few = self._total(benchmark, benchmark.iterations)
        many = self._total(benchmark, benchmark.iterations * FACTOR)
        return per_iteration(few, many, benchmark.iterations)

    def _total(self, benchmark: Benchmark, iterations: int) -> int:
        profile = self.folder / f"{benchmark.name.replace('/', '.')}.{iterations}.callgrind"
        profile.unlink(missing_ok=True)
        # Addresses that differ from run to run would place what is hashed by address elsewhere.
        command = ["setarch", platform.machine(), "-R", "valgrind", "--tool=callgrind"]
        command += [f"--callgrind-out-file={profile}", str(self.program)]
        command += ["once", benchmark.name, "--iterations", str(iterations)]
        run = subprocess.run(
            command, cwd=self.root, env=environment(), capture_output=True, text=True, check=False
        )
        if run.returncode != 0 or not profile.exists():
            raise MeasureError(
                f"{' '.join(command)}: status {run.returncode}\n{run.stderr[-2000:].rstrip()}"
            )
        return parse_total(profile.read_text())
