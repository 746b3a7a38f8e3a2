#!/usr/bin/env python3
"""Compares policies of eviction: how often a cache of some bytes has what is asked for.

The simulation takes about a minute; `--quick` takes a few seconds, on traces a tenth as long.
"""

from __future__ import annotations

import argparse
import functools
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

from eviction.policies import POLICIES, S3FIFO  # noqa: E402
from eviction.traces import Trace, hit_ratio  # noqa: E402

RECORD = FOLDER.parents[1] / "Docs" / "Decisions" / "0007-eviction-by-s3-fifo.md"
SKEWS = (0.7, 0.9, 1.1)
SHARES = (0.01, 0.05, 0.2)
KINDS = (
    ("steady", {}),
    ("with scans", {"has_scans": True}),
    ("with a shift", {"has_shift": True}),
)

# Other numbers for S3-FIFO than the gateway's.
VARIANTS = {
    "as it is": {},
    "small queue 5 %": {"small_share": 0.05},
    "small queue 20 %": {"small_share": 0.2},
    "one use suffices": {"least_uses": 1},
    "up to 7 rounds": {"highest_frequency": 7},
    "remembers twice as many": {"reach": 2},
    "remembers 4 times as many": {"reach": 4},
}
POLICY_COLUMNS = [f"{share:.0%}: {name}" for share in SHARES for name in POLICIES]
VARIANT_COLUMNS = [f"{name}, {share:.0%}" for name, _ in KINDS for share in SHARES]


def rows(objects: int, requests: int) -> list[tuple[str, float, list[float]]]:
    """Of each trace its name, its skew, and the ratios: of each share of its bytes those of the policies."""
    found = []
    for name, properties in KINDS:
        for skew in SKEWS:
            trace = Trace(name, skew, objects, requests, **properties)
            sizes, sequence = trace.sizes(), list(trace)
            ratios = [
                hit_ratio(policy(int(sum(sizes) * share)), sequence, sizes)
                for share in SHARES
                for policy in POLICIES.values()
            ]
            found.append((name, skew, ratios))
            print(f"{name}, skew {skew}: " + " ".join(f"{r:.1%}" for r in ratios), file=sys.stderr)
    return found


def table(found: list[tuple[str, float, list[float]]]) -> str:
    """The ratios as Markdown; the best of each trace and size is bold."""
    lines = heading("trace", "skew", *POLICY_COLUMNS)
    for name, skew, ratios in found:
        cells = []
        for start in range(0, len(ratios), len(POLICIES)):
            group = [f"{ratio * 100:.1f}" for ratio in ratios[start : start + len(POLICIES)]]
            best = max(group, key=float)
            cells += [f"**{cell}**" if cell == best else cell for cell in group]
        lines.append(f"| {name} | {skew} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def variants(objects: int, requests: int) -> str:
    """The ratios of S3-FIFO with other numbers, at the middle skew, as Markdown."""
    columns: list[list[float]] = []
    for name, properties in KINDS:
        trace = Trace(name, SKEWS[1], objects, requests, **properties)
        sizes, sequence = trace.sizes(), list(trace)
        for share in SHARES:
            make = functools.partial(S3FIFO, int(sum(sizes) * share))
            columns.append([hit_ratio(make(**numbers), sequence, sizes) for numbers in VARIANTS.values()])
    lines = heading("S3-FIFO", *VARIANT_COLUMNS)
    for name, *ratios in zip(VARIANTS, *columns, strict=True):
        lines.append(f"| {name} | " + " | ".join(f"{ratio * 100:.1f}" for ratio in ratios) + " |")
    return "\n".join(lines)


def heading(*names: str) -> list[str]:
    return ["| " + " | ".join(names) + " |", "| --- " * len(names) + "|"]


def replace_region(text: str, name: str, content: str) -> str:
    """The text with what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{content}\n\n{end}{rest.split(end)[1]}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="traces a tenth as long")
    parser.add_argument("--write", action="store_true", help=f"update {RECORD.name}")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("--write is for a whole run: leave out --quick")
    scale = 10 if options.quick else 1
    size = {"objects": 10_000 // scale, "requests": 150_000 // scale}
    regions = {"policies": table(rows(**size)), "variants": variants(**size)}
    print("\n\n".join(regions.values()))
    if options.write:
        text = RECORD.read_text(encoding="utf-8")
        for name, content in regions.items():
            text = replace_region(text, name, content)
        RECORD.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
