"""Figures with units, as a person reads them."""

from __future__ import annotations

import enum


class Unit(enum.Enum):
    MICROSECONDS = "µs"
    BYTES = "B"

    def text(self, value: float) -> str:
        """The value with three digits, in the multiple of the unit that suits it: "250 ns"."""
        if self is Unit.BYTES:
            scales = (("B", 1), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30))
        else:
            scales = (("ns", 1e-3), ("µs", 1), ("ms", 1e3), ("s", 1e6))
        name, factor = scales[0]
        for other, other_factor in scales[1:]:
            # What rounds to 1000 of one unit is 1 of the next.
            if abs(value) >= 0.9995 * other_factor:
                name, factor = other, other_factor
        return f"{_three_digits(value / factor)} {name}"


def size_text(size: int) -> str:
    """A size with its thousands apart: 1,000,000."""
    return f"{size:,}"


def bytes_text(size: int) -> str:
    """A size in bytes, in whole steps of 1024: 64 KB."""
    for name, factor in (("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= factor and size % factor == 0:
            return f"{size // factor} {name}"
    return f"{size} B"


def _three_digits(value: float) -> str:
    magnitude = abs(value)
    if magnitude >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if magnitude >= 9.995 else f"{value:.2f}"
