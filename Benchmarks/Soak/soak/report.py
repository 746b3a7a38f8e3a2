"""What was seen, as text for a terminal and as Markdown for the documents."""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence

from soak.run import Soaked
from soak.trend import Trend
from soak.verdict import (
    Finding,
    Sample,
    descriptors_finding,
    judged,
    levels,
    surprises_finding,
)

FIGURES = {
    "rss": ("memory (RSS)", lambda value: f"{value / (1 << 20):.1f} MB"),
    "descriptors": ("descriptors", lambda value: f"{value:.0f}"),
    "p50_us": ("latency, p50", lambda value: f"{value / 1000:.2f} ms"),
    "p99_us": ("latency, p99", lambda value: f"{value / 1000:.2f} ms"),
}


def sample_line(sample: Sample) -> str:
    outcomes = "  ".join(f"{name}: {count}" for name, count in sorted(sample.outcomes.items()))
    return (
        f"{sample.seconds:6.0f} s  RSS {sample.rss / (1 << 20):6.1f} MB  "
        f"PSS {sample.pss / (1 << 20):6.1f} MB  descriptors {sample.descriptors:4}  "
        f"p50 {sample.p50_us / 1000:6.2f} ms  p99 {sample.p99_us / 1000:7.2f} ms  "
        f"CPU {sample.cpu:5.0%}  {outcomes}"
    )


def findings(soaked: Soaked) -> list[Finding]:
    """Everything that has to hold."""
    found = [
        Finding(
            FIGURES[name][0],
            trend.is_level,
            f"{'level' if trend.is_level else 'not level'}: "
            f"median {FIGURES[name][1](trend.median)}, "
            f"rises by {FIGURES[name][1](trend.rise)} of at most {FIGURES[name][1](trend.allowed)}",
        )
        for name, trend in levels(judged(soaked.samples, soaked.seconds)).items()
    ]
    return [
        *found,
        surprises_finding(soaked.tally.surprises, soaked.tally.examples),
        descriptors_finding(soaked.before, soaked.after, soaked.kept),
    ]


def text(soaked: Soaked, found: Sequence[Finding]) -> str:
    lines = [""]
    for kind, outcomes in sorted(soaked.tally.outcomes.items()):
        lines.append(f"{kind:42} {_counted(outcomes)}")
    lines.append("")
    for finding in found:
        lines.append(f"{'ok    ' if finding.is_well else 'FAILED'}  {finding.name}: {finding.text}")
    return "\n".join(lines)


def markdown(
    soaked: Soaked, trends: Mapping[str, Trend], found: Sequence[Finding], conditions: str
) -> str:
    lines = [
        "![Memory, descriptors, latency and processor time of the gateway](pictures/soak.svg)",
        "",
        "| figure | median | lowest | highest | rise over the judged time | at most | |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, trend in trends.items():
        title, write = FIGURES[name]
        values = (trend.median, trend.lowest, trend.highest, trend.rise, trend.allowed)
        cells = (title, *map(write, values), "level" if trend.is_level else "**not level**")
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| clients | what they met |", "| --- | --- |"]
    lines += [
        f"| {kind} | {_counted(outcomes)} |"
        for kind, outcomes in sorted(soaked.tally.outcomes.items())
    ]
    lines += ["", "| what happened meanwhile | times |", "| --- | --- |"]
    times = collections.Counter(event for _, event in soaked.events)
    lines += [f"| {event.value} | {count} |" for event, count in times.items()]
    others = [
        finding for finding in found if finding.name not in {title for title, _ in FIGURES.values()}
    ]
    lines += [
        "",
        *(f"{finding.name.capitalize()}: {finding.text}." for finding in others),
        "",
        conditions,
    ]
    return "\n".join(lines)


def _counted(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count:,}" for name, count in sorted(outcomes.items()))
