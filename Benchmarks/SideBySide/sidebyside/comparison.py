"""Measures servers in turn, again and again, so that the machine's moods meet all of them alike."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from harness import BenchmarkError, LoadResult, Process

from .results import Row, Sample

if TYPE_CHECKING:
    from .bench import Bench


@dataclass(frozen=True)
class Subject:
    """A server with a page, and how it is asked for it."""

    name: str
    process: Process
    url: str
    host: str
    verify: Callable[[], None]  # raises when the page is not the right one
    body_length: int | None  # of every answer; none when they differ
    connections: int = 64
    headers: Mapping[str, str] = field(default_factory=dict)
    paths: Path | None = None


def compare(bench: "Bench", subjects: Sequence[Subject]) -> list[Row]:
    """The medians of all subjects, in their order."""
    samples: dict[str, list[Sample]] = {subject.name: [] for subject in subjects}
    for subject in subjects:
        # What is cached after the first answers is there before anything counts.
        for _ in range(3):
            subject.verify()
    for number in range(bench.rounds):
        for subject in subjects:
            sample = measure(bench, subject)
            samples[subject.name].append(sample)
            print(
                f"    round {number + 1}: {subject.name:<42}"
                f" {sample.rate:>10,.0f}/s {sample.server_us:>8.1f} µs"
                + (
                    ""
                    if sample.is_clean
                    else f"   disturbed: others used {sample.foreign:.2f} cores"
                ),
                file=sys.stderr,
                flush=True,
            )
    return [Row.of(name, values) for name, values in samples.items()]


def measure(bench: "Bench", subject: Subject) -> Sample:
    """One undisturbed run, the page checked before and after, and its bytes counted meanwhile."""
    subject.verify()
    run_load(bench, subject, bench.warmup)

    def once() -> tuple[LoadResult, float, float]:
        asked, used = bench.origin.count(), subject.process.cpu_seconds()
        result = run_load(bench, subject, bench.seconds)
        return result, subject.process.cpu_seconds() - used, bench.origin.count() - asked

    measured = bench.undisturbed(once)
    result, used, asked = measured.value
    subject.verify()
    return Sample(
        rate=result.rate,
        p50_ms=result.p50 / 1000,
        p99_ms=result.p99 / 1000,
        server_us=used * 1e6 / result.requests,
        server_cores=used / result.seconds,
        client_cores=result.cpu,
        origin_per_page=asked / result.requests,
        rss_mb=subject.process.rss() / 1e6,
        foreign=measured.foreign,
        is_clean=measured.is_clean,
    )


def run_load(bench: "Bench", subject: Subject, seconds: float) -> LoadResult:
    """A run without any failure."""
    result = bench.load.run(
        subject.url,
        host=subject.host,
        connections=subject.connections,
        seconds=seconds,
        headers=subject.headers,
        paths=subject.paths,
    ).require_clean(subject.name)
    if subject.body_length is not None and result.bytes != result.requests * subject.body_length:
        raise BenchmarkError(
            f"{subject.name}: {result.requests} answers had {result.bytes} bytes together, "
            f"not {subject.body_length} each"
        )
    return result


def require_page(name: str, body: bytes, whole: bytes) -> None:
    """Raises when a page is not byte for byte the expected one."""
    if body == whole:
        return
    place = next(
        (i for i, (a, b) in enumerate(zip(body, whole, strict=False)) if a != b),
        min(len(body), len(whole)),
    )
    raise BenchmarkError(
        f"{name} answers with {len(body)} bytes, not the {len(whole)} of the page; "
        f"they differ from byte {place} on: "
        f"{body[place : place + 60]!r} instead of {whole[place : place + 60]!r}"
    )
