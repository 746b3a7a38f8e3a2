"""Draws the samples of a soak over its minutes: `python3 -m soak.chart soak.json soak.svg`.

A program of its own, because matplotlib may belong to another Python than the one that measures.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)

from soak.verdict import warm_up  # noqa: E402

# Readable on white and on black.
INK, FIRST, SECOND = "#787878", "#2f81f7", "#d4702c"
STYLE = {
    "svg.hashsalt": "soak",  # the same figures make the same file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"), INK
    ),
}
# Each chart's title, and its lines: a name, the figure, and what it is divided by.
CHARTS = (
    ("memory, MB", (("resident", "rss", 1 << 20), ("proportional", "pss", 1 << 20))),
    ("open descriptors", (("", "descriptors", 1),)),
    ("latency of a warm page, ms", (("p50", "p50_us", 1000), ("p99", "p99_us", 1000))),
    ("processor time, cores", (("", "cpu", 1),)),
)


def draw(soak: dict[str, Any], picture: Path) -> None:
    matplotlib.rcParams.update(STYLE)
    minutes = [sample["seconds"] / 60 for sample in soak["samples"]]
    figure, grid = pyplot.subplots(2, 2, figsize=(11, 5), sharex=True)
    for place, (title, lines) in zip(grid.flat, CHARTS):
        for (name, figure_name, divisor), color in zip(lines, (FIRST, SECOND)):
            values = [sample[figure_name] / divisor for sample in soak["samples"]]
            place.plot(minutes, values, color=color, linewidth=1.2, label=name)
        # What is left of it is not judged.
        place.axvline(warm_up(soak["seconds"]) / 60, color=INK, linestyle=":", linewidth=1)
        place.set_ylim(bottom=0)
        place.set_title(title, loc="left", fontsize=9)
        place.grid(color=INK, alpha=0.25, linewidth=0.5)
        if len(lines) > 1:
            place.legend(frameon=False, loc="best", ncols=len(lines))
    for place in grid[1]:
        place.set_xlabel("minutes; judged right of the dotted line")
    figure.tight_layout()
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, transparent=True, metadata={"Date": None})


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
