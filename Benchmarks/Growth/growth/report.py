"""The curves as a table: aligned text for a terminal, Markdown for the documents."""

from __future__ import annotations

from collections.abc import Sequence

from growth.curve import KILOBYTE, Curve
from growth.quantity import bytes_text, size_text

HEADINGS = ("what grows", "figure", "from", "to", "at the first", "at the last", "slope", "verdict")


def rows(curves: Sequence[Curve]) -> list[tuple[str, ...]]:
    return [
        (
            curve.series,
            curve.measure.name,
            _size(curve, curve.sizes[0]),
            _size(curve, curve.sizes[-1]),
            curve.measure.unit.text(curve.medians[0]),
            curve.measure.unit.text(curve.medians[-1]),
            curve.slope_text(),
            curve.fit.shape.value,
        )
        for curve in curves
    ]


def text(curves: Sequence[Curve]) -> str:
    lines = [HEADINGS, *rows(curves)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines
    )


def markdown(curves: Sequence[Curve], conditions: str) -> str:
    table = [
        "| " + " | ".join(line) + " |"
        for line in (HEADINGS, ("---",) * len(HEADINGS), *rows(curves))
    ]
    return "\n".join(
        [
            "![The cost of growth: a small chart for each thing that grows](pictures/growth.svg)",
            "",
            *table,
            "",
            conditions,
        ]
    )


def points_text(curve: Curve) -> str:
    """Each size's figure in a line, told as soon as a curve is measured."""
    points = ", ".join(
        f"{_size(curve, size)}: {curve.measure.unit.text(median)}"
        for size, median in zip(curve.sizes, curve.medians)
    )
    return f"{curve.series} – {curve.measure.name}: {points}  [{curve.fit.shape.value}]"


def _size(curve: Curve, size: int) -> str:
    return bytes_text(size) if curve.step is KILOBYTE else size_text(size)
