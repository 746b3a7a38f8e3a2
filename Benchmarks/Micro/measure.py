#!/usr/bin/env python3
"""Measures the stages of a request's way, each alone: instructions, and nanoseconds.

Instructions repeat, and are compared with thresholds.json: `--check` fails when a benchmark takes
more than 5 % more than was accepted. Build the program first, as `make bench-micro` does.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import report
import thresholds
from callgrind import Benchmark, Callgrind, MeasureError, parse_list

ROOT = Path(__file__).resolve().parents[2]
THRESHOLDS = Path(__file__).resolve().parent / "thresholds.json"
PAGE = ROOT / "Docs" / "Performance.md"
FOLDER = ROOT / ".run" / "benchmarks"
PROGRAM = ROOT / ".build" / "release" / "benchmarks"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--only", action="append", metavar="NAME", default=[], help="a benchmark or stage; repeats")
    add("--check", action="store_true", help="fail when instructions have risen by more than 5 %%")
    add("--accept", action="store_true", help="make what is measured the thresholds")
    add("--write", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    add("--time", type=float, default=0.5, help="seconds for the nanoseconds of each (default 0.5)")
    add("--program", type=Path, default=PROGRAM, help="the program that was built")
    options = parser.parse_args()
    if options.check and options.accept:
        parser.error("--check compares with the thresholds, --accept replaces them: use one")
    if options.write and options.only:
        parser.error("--write writes the whole table: leave out --only")
    return options


def benchmarks(program: Path) -> list[Benchmark]:
    """All benchmarks of the program."""
    if not program.exists():
        raise MeasureError(
            f"there is no {program}; build it with: "
            "GATEWAY_BENCHMARKS=1 swift build -c release --product benchmarks"
        )
    listed = subprocess.run([program, "list"], capture_output=True, text=True, check=True)
    return parse_list(listed.stdout)


def select(every: list[Benchmark], names: list[str]) -> list[Benchmark]:
    """The benchmarks of the names or stages; all without any."""
    for name in names:
        if not any(is_named(one, name) for one in every):
            known = " ".join(one.name for one in every)
            raise MeasureError(f"there is no benchmark or stage '{name}'; there are: {known}")
    return [one for one in every if not names or any(is_named(one, name) for name in names)]


def is_named(benchmark: Benchmark, name: str) -> bool:
    """Whether a name is the benchmark's or its stage's."""
    return benchmark.name == name or benchmark.name.startswith(f"{name}/")


def nanoseconds(program: Path, benchmark: Benchmark, seconds: float) -> float:
    """The nanoseconds of one iteration: the median of the program's rounds."""
    command = [program, "run", benchmark.name, "--time", str(seconds)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    name, time = run.stdout.split()
    if name != benchmark.name:
        raise MeasureError(f"'benchmarks run {benchmark.name}' measured {name}")
    return float(time)


def measure(options: argparse.Namespace) -> int:
    """Measures, prints and compares; the exit status."""
    # Looked at first: what is found wrong after minutes of measuring is found too late.
    page = report.read_page(PAGE) if options.write else ""
    accepted = thresholds.load(THRESHOLDS)
    every = benchmarks(options.program)
    chosen = select(every, options.only)
    callgrind = Callgrind(options.program, FOLDER, ROOT)
    # Counts do not depend on what else runs; times do, and are taken one after the other.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = dict(zip((one.name for one in chosen), pool.map(callgrind.count, chosen)))
    rows = [
        report.Row(
            one,
            counts[one.name],
            nanoseconds(options.program, one, options.time),
            accepted.get(one.name),
        )
        for one in chosen
    ]
    print(report.terminal(rows))
    known = [one.name for one in every]
    if options.write:
        PAGE.write_text(report.replace_region(page, report.markdown(rows), PAGE))
    if options.accept:
        kept = accepted if options.only else {}
        rounded = {name: round(count) for name, count in counts.items()}
        thresholds.save(THRESHOLDS, kept | rounded, known)
        print(f"Accepted, in {THRESHOLDS.relative_to(ROOT)}.")
        return 0
    comparison = thresholds.compare(accepted, counts, known)
    for note in comparison.notes:
        print(f"better: {note}; hold it with --accept --only {note.split(':')[0]}")
    for failure in comparison.failures:
        print(f"worse: {failure}", file=sys.stderr)
    if comparison.failures and options.check:
        print(
            "Where it is meant: Benchmarks/Micro/measure.py --accept --only NAME, and say why.",
            file=sys.stderr,
        )
        return 1
    return 0


def main() -> int:
    """Runs the command line; 1 when a check fails, 2 when something cannot be measured."""
    try:
        return measure(arguments())
    except MeasureError as error:
        print(f"measure.py: {error}", file=sys.stderr)
    except subprocess.CalledProcessError as error:
        output = error.stderr or ""
        print(f"measure.py: {error}\n{output}".rstrip(), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
