"""The instructions that each benchmark is known to take, and what to say of others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from callgrind import MeasureError

# The change that is no noise: two runs differ by far less.
TOLERANCE = 0.05


@dataclass(frozen=True)
class Comparison:
    """What has become of the benchmarks since the thresholds were accepted."""

    failures: list[str]
    notes: list[str]


def load(path: Path) -> dict[str, int]:
    """Instructions by benchmark; none when nothing has been accepted yet."""
    if not path.exists():
        return {}
    try:
        accepted = json.loads(path.read_text())["instructions"]
        return {str(name): int(count) for name, count in accepted.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MeasureError(
            f"{path}: not a map 'instructions' of numbers by benchmark ({error}); "
            "delete it and write it anew with --accept"
        ) from error


def save(path: Path, instructions: dict[str, int], order: list[str]) -> None:
    """Writes the thresholds, in the order of the benchmarks."""
    sorted_counts = {name: instructions[name] for name in order if name in instructions}
    path.write_text(json.dumps({"instructions": sorted_counts}, indent=2) + "\n")


def change(old: int, new: float) -> float:
    """The change as a part of what was."""
    return new / old - 1


def compare(accepted: dict[str, int], measured: dict[str, float], known: list[str]) -> Comparison:
    """Judges what was measured; `known` are all benchmarks that there are."""
    failures = []
    notes = []
    for name, count in measured.items():
        if name not in accepted:
            failures.append(f"{name}: {count:,.0f} instructions, and nothing was accepted")
            continue
        old = accepted[name]
        line = f"{name}: {old:,} instructions became {count:,.0f} ({change(old, count):+.1%})"
        if count > old * (1 + TOLERANCE):
            failures.append(line)
        elif count < old * (1 - TOLERANCE):
            notes.append(line)
    failures += [
        f"{name}: accepted, but there is no such benchmark any more"
        for name in accepted
        if name not in known
    ]
    return Comparison(failures, notes)
