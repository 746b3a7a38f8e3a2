"""The line through measured costs, and a word for the shape of their growth."""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Sequence


class Shape(enum.Enum):
    """How a cost grows with a size."""

    FLAT = "flat"
    LESS_THAN_LINEAR = "less than linear"
    LINEAR = "linear"
    WORSE_THAN_LINEAR = "worse than linear"


# A rise by less than this factor over all sizes is called flat: figures of two runs differ by as
# much.
FLAT_RISE = 1.2
# A line that misses the costs by less than this (root mean square of the relative misses) is good
# enough.
LINE_TOLERANCE = 0.05
# The powers that a cost is compared with when the line misses, and where they stop being "about
# one".
POWERS = tuple(step / 20 for step in range(2, 61))
LESS_THAN_ONE = 0.75
MORE_THAN_ONE = 1.25


@dataclasses.dataclass(frozen=True)
class Fit:
    """cost = base + slope · size, from the cheapest size on."""

    base: float
    slope: float
    # The power of the size that fits best; 1 where the line does.
    power: float
    # What fits best at the last size, over the same at the cheapest.
    rise: float
    shape: Shape


def fit(sizes: Sequence[float], costs: Sequence[float]) -> Fit:
    """Fits costs that were measured at ascending sizes.

    What comes before the cheapest size is left out: a single connection costs more than several,
    since nothing can be done for several at once, and that is no growth. Misses count relative to
    the cost, because a measurement is off by a share of its value.
    """
    if len(sizes) != len(costs) or len(sizes) < 2:
        raise ValueError(
            f"a fit needs two sizes or more, each with a cost: {len(sizes)} sizes and {len(costs)} "
            "costs are given"
        )
    if any(after <= before for before, after in zip(sizes, sizes[1:])) or sizes[0] <= 0:
        raise ValueError("the sizes have to be positive and to ascend")
    if min(costs) <= 0:
        raise ValueError("the costs have to be positive")
    # At least three points, where there are three.
    start = min(min(range(len(costs)), key=costs.__getitem__), max(0, len(costs) - 3))
    sizes, costs = sizes[start:], costs[start:]
    base, slope, miss = _through(sizes, costs, 1)
    power, rise = 1.0, _rise(sizes, base, slope, 1)
    if miss > LINE_TOLERANCE and len(sizes) > 2:
        best = min(POWERS, key=lambda power: _through(sizes, costs, power)[2])
        best_base, best_slope, best_miss = _through(sizes, costs, best)
        # Another power has to be much better than the line, not a little.
        if best_miss < miss / 2:
            power, rise = best, _rise(sizes, best_base, best_slope, best)
    return Fit(base=base, slope=slope, power=power, rise=rise, shape=_shape(power, rise))


def _shape(power: float, rise: float) -> Shape:
    if rise <= FLAT_RISE:
        return Shape.FLAT
    if power >= MORE_THAN_ONE:
        return Shape.WORSE_THAN_LINEAR
    return Shape.LESS_THAN_LINEAR if power <= LESS_THAN_ONE else Shape.LINEAR


def _rise(sizes: Sequence[float], base: float, slope: float, power: float) -> float:
    first, last = (base + slope * size**power for size in (sizes[0], sizes[-1]))
    return last / first if first > 0 else math.inf


def _through(
    sizes: Sequence[float], costs: Sequence[float], power: float
) -> tuple[float, float, float]:
    """Base, slope and relative miss of cost = base + slope · size ** power."""
    xs = [size**power for size in sizes]
    weights = [1 / cost**2 for cost in costs]
    total = math.fsum(weights)
    mean_x = math.fsum(w * x for w, x in zip(weights, xs)) / total
    mean_y = math.fsum(w * y for w, y in zip(weights, costs)) / total
    variance = math.fsum(w * (x - mean_x) ** 2 for w, x in zip(weights, xs))
    slope = (
        math.fsum(w * (x - mean_x) * (y - mean_y) for w, x, y in zip(weights, xs, costs)) / variance
    )
    base = mean_y - slope * mean_x
    squares = math.fsum(w * (y - base - slope * x) ** 2 for w, x, y in zip(weights, xs, costs))
    return base, slope, math.sqrt(squares / len(xs))
