#!/usr/bin/env python3
"""Draws where the time of a warm page goes: a flame graph of the gateway under load.

The gateway is on core 0 and the load client on core 1; `perf` looks at it 2,000 times a second.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import threading
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "Harness")]

from harness import (  # noqa: E402
    PROJECT,
    RUN_DIR,
    BenchmarkError,
    Gateway,
    Load,
    Origin,
    Page,
    Part,
    Processes,
    Site,
    build_tools,
)

from flame import Frame, picture, stacks  # noqa: E402

PAGE = Page("warm", tuple(Part("card", size=2048, n=n, ttl=3600) for n in range(8)))
# What every stack of an event loop begins with tells nothing.
PLUMBING = re.compile(
    r"clone3|start_thread|ThreadOpsPosix|setupThreadAndEventLoop|SelectableEventLoop\.run"
    r"|thunk for|partial apply|closure #|protocol witness|_blockingWaitForWork|handleEvent"
)


def demangled(text: str) -> str:
    return subprocess.run(
        ["swift", "demangle", "--simplified"], input=text, capture_output=True, text=True, check=True
    ).stdout


def shortened(name: str) -> str:
    """A function's name without its arguments and what it was specialised for."""
    name = name.removeprefix("specialized ")
    return name if name.startswith("[") else re.sub(r"(<.*>)?\(.*\).*", "", name)


def record(binary: Path, seconds: float) -> str:
    """What perf saw of a gateway under load, as text."""
    data = RUN_DIR / "flame.data"
    with Processes(RUN_DIR / "flame") as processes:
        tools = build_tools()
        origin = Origin(processes, tools, cores=[1])
        site = Site(origin.url, pages={"/": PAGE})
        gateway = Gateway(processes, binary, site, cores=[0])
        for _ in range(3):
            if gateway.get("/").status != 200:
                raise BenchmarkError("the gateway does not answer its page")
        load = threading.Thread(
            target=lambda: Load(tools, cores=[1]).run(
                gateway.url("/"), host=gateway.host, connections=64, seconds=seconds + 2
            )
        )
        load.start()
        subprocess.run(
            ["perf", "record", "-q", "-e", "cpu-clock", "-F", "2000", "--call-graph", "fp", "-p", str(gateway.pid)]
            + ["-o", data, "--", "sleep", str(seconds)],
            check=True,
        )
        load.join()
    command = ["perf", "script", "-i", data, "-F", "ip,sym"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", type=Path, default=PROJECT / ".build/release/gateway")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--output", type=Path, default=PROJECT / "Docs/pictures/flame.svg")
    options = parser.parse_args()
    root = Frame("a warm page")
    for stack in stacks(demangled(record(options.gateway, options.seconds))):
        names = [shortened(name) for name in stack if not PLUMBING.search(name)]
        root.add(name for index, name in enumerate(names) if index == 0 or name != names[index - 1])
    options.output.write_text(picture(root, "A warm page of 8 fragments of 2 KB, one core, 64 connections"))
    print(f"{root.count} samples in {options.output}")


if __name__ == "__main__":
    main()
