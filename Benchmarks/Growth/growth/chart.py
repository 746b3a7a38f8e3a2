"""Draws the curves as small charts: `python3 -m growth.chart growth.json growth.svg`.

A program of its own, because matplotlib may belong to another Python than the one that measures.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot, ticker  # noqa: E402  (the backend is chosen first)

from growth.curve import KILOBYTE  # noqa: E402
from growth.fit import Shape  # noqa: E402
from growth.quantity import Unit, bytes_text  # noqa: E402

# Readable on white and on black.
INK, FIGURES, LINE = "#787878", "#2f81f7", "#d4702c"
COLUMNS = 3
STYLE = {
    "svg.hashsalt": "growth",  # the same figures make the same file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"), INK
    ),
}


def draw(curves: list[dict[str, Any]], picture: Path) -> None:
    matplotlib.rcParams.update(STYLE)
    lines = -(-len(curves) // COLUMNS)
    figure, grid = pyplot.subplots(lines, COLUMNS, figsize=(11, 2.6 * lines), squeeze=False)
    for place, curve in zip(grid.flat, curves):
        _draw_one(place, curve)
    for place in list(grid.flat)[len(curves) :]:
        place.set_visible(False)
    figure.tight_layout()
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, transparent=True, metadata={"Date": None})


def _draw_one(place: pyplot.Axes, curve: dict[str, Any]) -> None:
    fit, points, unit = curve["fit"], curve["points"], Unit(curve["unit"])
    sizes = [point["size"] for point in points]
    figures = [figure for point in points for figure in point["figures"]]
    place.set_xscale("log")
    place.set_yscale("log")
    for point in points:
        ends = (min(point["figures"]), max(point["figures"]))
        place.plot([point["size"]] * 2, ends, color=FIGURES, linewidth=1)
    place.plot(
        sizes,
        [point["median"] for point in points],
        "o-",
        color=FIGURES,
        markersize=3.5,
        linewidth=1.2,
    )
    is_linear = fit["shape"] == Shape.LINEAR.value
    line = [(size, fit["base"] + fit["slope"] * size) for size in sizes]
    if is_linear:
        place.plot(
            *zip(*((size, cost) for size, cost in line if cost > 0)), "--", color=LINE, linewidth=1
        )
    # A factor of ten at least, so that what is flat looks flat.
    lowest, highest = min(figures) / 1.3, max(figures) * 1.3
    middle = (lowest * highest) ** 0.5
    place.set_ylim(min(lowest, middle / 10**0.5), max(highest, middle * 10**0.5))
    verdict = f"linear: {curve['slope']}" if is_linear else fit["shape"]
    place.set_title(f"{curve['series']}\n{curve['measure']} – {verdict}", loc="left")
    is_bytes = curve["step"] == KILOBYTE.name
    place.set_xticks(sizes[::2] if len(sizes) > 5 else sizes)
    place.xaxis.set_minor_locator(ticker.NullLocator())
    place.xaxis.set_major_formatter(lambda x, _: bytes_text(round(x)) if is_bytes else f"{x:,.0f}")
    is_wide = highest / lowest > 300
    place.yaxis.set_major_locator(
        ticker.LogLocator(base=32)
        if unit is Unit.BYTES and is_wide
        else ticker.LogLocator(base=10, subs=(1,) if is_wide else (1, 2, 5))
    )
    place.yaxis.set_minor_locator(ticker.NullLocator())
    place.yaxis.set_major_formatter(lambda y, _: unit.text(y).replace(".00", "").replace(".0", ""))
    place.grid(color=INK, alpha=0.25, linewidth=0.5)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["curves"], Path(sys.argv[2]))
