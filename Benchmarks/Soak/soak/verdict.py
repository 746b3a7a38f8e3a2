"""Whether a gateway is after the soak what it was before."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping, Sequence

from soak.trend import Bound, Trend, trend

# The judged time begins here, or after a quarter of a shorter soak: caches fill and pools grow
# before.
WARM_UP_SECONDS = 300.0
WARM_UP_SHARE = 0.25

# The most that each figure may rise over the judged time.
BOUNDS: dict[str, Bound] = {
    # Not the proportional size, which falls when somebody else starts the same program and shares
    # its pages.
    "rss": Bound(share=0.05, amount=2 << 20),
    "descriptors": Bound(share=0.05, amount=8),
    "p50_us": Bound(share=0.25, amount=200),
    "p99_us": Bound(share=0.50, amount=3000),
}


@dataclasses.dataclass(frozen=True)
class Sample:
    """The gateway at one moment, and what its clients met since the one before."""

    seconds: float
    rss: int
    pss: int
    descriptors: int
    # The share of one core, since the sample before.
    cpu: float
    p50_us: float
    p99_us: float
    requests: int
    outcomes: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Finding:
    name: str
    is_well: bool
    text: str


def warm_up(seconds: float) -> float:
    """When the judged time of a soak of so many seconds begins."""
    return min(WARM_UP_SECONDS, seconds * WARM_UP_SHARE)


def judged(samples: Sequence[Sample], seconds: float) -> list[Sample]:
    """The samples after the warm-up."""
    return [sample for sample in samples if sample.seconds >= warm_up(seconds)]


def levels(samples: Sequence[Sample]) -> dict[str, Trend]:
    times = [sample.seconds for sample in samples]
    return {
        name: trend(times, [float(getattr(sample, name)) for sample in samples], bound)
        for name, bound in BOUNDS.items()
    }


def descriptors_finding(
    before: collections.Counter[str], after: collections.Counter[str], kept: Mapping[str, int]
) -> Finding:
    """Whether all descriptors are back but those, by kind, that are `kept` for the next request."""
    left = {
        kind: count - before[kind]
        for kind, count in after.items()
        if count - before[kind] > kept.get(kind, 0)
    }
    text = ", ".join(f"{count} more of {kind!r}" for kind, count in sorted(left.items()))
    return Finding(
        "descriptors after the traffic",
        not left,
        text
        or f"{before.total()} before, {after.total()} after, and no kind more than its pool keeps",
    )


def surprises_finding(
    surprises: Mapping[str, int], examples: Mapping[str, Sequence[str]]
) -> Finding:
    """Whether every client met what it had to meet."""
    if not any(surprises.values()):
        return Finding(
            "answers", True, "every one whole and with a status that its kind of client may meet"
        )
    text = "; ".join(
        f"{count} × {kind}: {', '.join(dict.fromkeys(examples.get(kind, [])))}"
        for kind, count in sorted(surprises.items())
        if count
    )
    return Finding("answers", False, text)
