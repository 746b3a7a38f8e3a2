"""Whether a sampled figure stays level, whatever single samples do."""

from __future__ import annotations

import dataclasses
import itertools
import statistics
from collections.abc import Sequence


def theil_sen(times: Sequence[float], values: Sequence[float]) -> float:
    """The slope of values over times: the median of the slopes between all pairs of samples.

    Up to 29 % of the samples may be outliers without moving it far; least squares follow a single
    one.
    """
    if len(times) != len(values):
        raise ValueError(f"{len(times)} times were given and {len(values)} values")
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in itertools.combinations(zip(times, values), 2)
        if later[0] != earlier[0]
    ]
    if not slopes:
        raise ValueError("a slope needs samples of two moments at least")
    return statistics.median(slopes)


@dataclasses.dataclass(frozen=True)
class Bound:
    """The most that a figure may rise: the larger of a share of its median and an amount."""

    share: float
    amount: float

    def allowance(self, median: float) -> float:
        return max(self.share * median, self.amount)


@dataclasses.dataclass(frozen=True)
class Trend:
    """What a figure did over the judged time."""

    median: float
    lowest: float
    highest: float
    # The Theil–Sen slope times the judged time.
    rise: float
    allowed: float

    @property
    def is_level(self) -> bool:
        """A figure that falls is no leak."""
        return self.rise <= self.allowed


def trend(times: Sequence[float], values: Sequence[float], bound: Bound) -> Trend:
    slope = theil_sen(times, values)
    median = statistics.median(values)
    return Trend(
        median=median,
        lowest=min(values),
        highest=max(values),
        rise=slope * (max(times) - min(times)),
        allowed=bound.allowance(median),
    )
