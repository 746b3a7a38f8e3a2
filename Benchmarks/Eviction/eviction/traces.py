"""Requests as a site has them: a few things most of the time, sometimes a crawler, sometimes other things than before."""

from __future__ import annotations

import bisect
import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

SMALLEST, LARGEST = 200, 64 << 10
# A crawler comes after so many requests, and asks for so many things that nobody else does.
SCAN_INTERVAL, SCAN_LENGTH = 5_000, 1_000


@dataclass(frozen=True)
class Trace:
    """A sequence of requests, the same for each policy."""

    name: str
    skew: float
    objects: int
    requests: int
    has_scans: bool = False
    has_shift: bool = False
    seed: int = 1

    def sizes(self) -> list[int]:
        """The size of each object: as many between 1 and 2 KB as between 2 and 4."""
        source = random.Random(f"sizes {self.seed}")
        span = math.log(LARGEST / SMALLEST)
        return [int(SMALLEST * math.exp(source.random() * span)) for _ in range(self.objects)]

    def __iter__(self) -> Iterator[tuple[int, bool]]:
        """The keys that are asked for, each with whether it counts: those of a scan do not.

        The key of rank r is asked for in proportion to 1 / r to the power of the skew (Zipf). With a shift the ranks
        are dealt out anew in the middle. Keys from the number of objects on are those of scans.
        """
        source = random.Random(f"requests {self.seed}")
        bounds = list(
            itertools.accumulate(1 / rank**self.skew for rank in range(1, self.objects + 1))
        )
        keys = list(range(self.objects))
        source.shuffle(keys)
        next_scanned = self.objects
        for number in range(self.requests):
            if self.has_shift and number == self.requests // 2:
                source.shuffle(keys)
            if self.has_scans and number % SCAN_INTERVAL == SCAN_INTERVAL - 1:
                for _ in range(SCAN_LENGTH):
                    yield next_scanned, False
                    next_scanned += 1
            yield keys[bisect.bisect_left(bounds, source.random() * bounds[-1])], True


def hit_ratio(policy, trace: list[tuple[int, bool]], sizes: list[int], warm_up: float = 0.25) -> float:
    """The share of the requests after the warm-up that found what they asked for, scans left out."""
    start = int(len(trace) * warm_up)
    hits = counted = 0
    for number, (key, counts) in enumerate(trace):
        was_there = policy.request(key, sizes[key % len(sizes)])
        if counts and number >= start:
            counted += 1
            hits += was_there
    return hits / counted
