#!/usr/bin/env python3
"""Runs the tests of the benchmarks' own tools, each folder in a process of its own."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
SUITES = [
    ("Harness", ["-m", "unittest"]),
    ("SideBySide", ["-m", "unittest", "discover", "--start-directory", "tests", "--top-level-directory", "."]),
    ("Growth", ["-m", "unittest", "discover", "--start-directory", "tests"]),
    ("Soak", ["-m", "unittest", "discover", "--start-directory", "tests"]),
    ("Eviction", ["-m", "unittest", "discover", "--start-directory", "tests"]),
    ("Micro", ["-m", "unittest", "discover", "--pattern", "*_test.py"]),
]


def main() -> int:
    failed = []
    for name, arguments in SUITES:
        print(f"Benchmarks/{name}", flush=True)
        if subprocess.run([sys.executable, "-B", *arguments], cwd=FOLDER / name).returncode != 0:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
