"""Draws the pages a second of the main workloads: `chart.py side-by-side.json performance.svg`.

A program of its own, because matplotlib may belong to another Python than the one that measures.
"""

import json
import sys
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402 (the backend has to be chosen first)

# Readable on white and on black.
_TEXT = "#787878"
_GATEWAY = "#2f81f7"
_PEER = "#8b949e"
_WORKLOADS = ("w8x2k", "w24x1k", "w8mixed", "plain16k")


def draw(results: dict[str, Any], file: str) -> None:
    """Writes the picture."""
    matplotlib.rcParams.update(
        {
            "svg.hashsalt": "performance",  # the same figures give the same file
            "font.family": "sans-serif",
            "font.size": 9,
            **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), _TEXT),
        }
    )
    found = {
        outcome["workload"]: outcome
        for outcome in results["outcomes"]
        if outcome["layout"] == "pinned" and outcome["rows"]
    }
    outcomes = [found[name] for name in _WORKLOADS if name in found]
    if not outcomes:
        sys.exit(f"none of {', '.join(_WORKLOADS)} was measured, so there is nothing to draw")
    heights = [len(outcome["rows"]) + 1.4 for outcome in outcomes]
    figure, axes = pyplot.subplots(
        len(outcomes), 1, figsize=(8, 0.26 * sum(heights)), height_ratios=heights, squeeze=False
    )
    for axis, outcome in zip(axes[:, 0], outcomes, strict=True):
        rows = outcome["rows"]
        names = [row["subject"] for row in rows]
        rates = [row["rate"] for row in rows]
        colours = [_GATEWAY if name.startswith("gateway") else _PEER for name in names]
        bars = axis.barh(names, rates, color=colours, height=0.72)
        axis.bar_label(bars, [f"{rate:,.0f}" for rate in rates], padding=3, color=_TEXT, fontsize=8)
        axis.invert_yaxis()
        axis.set_title(
            f"{outcome['title']}: pages/s, one core", loc="left", fontsize=10, color=_TEXT
        )
        axis.set_xlim(0, max(rates) * 1.15)
        axis.set_xticks([])
        axis.tick_params(left=False)
        for side in axis.spines.values():
            side.set_visible(False)
    figure.tight_layout()
    figure.savefig(file, transparent=True, metadata={"Date": None})


if __name__ == "__main__":
    with open(sys.argv[1]) as source:
        draw(json.load(source), sys.argv[2])
