"""What is measured, as it is printed, written down and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One run against one server."""

    rate: float  # pages a second
    p50_ms: float
    p99_ms: float
    server_us: float  # processor time of the server for a page, microseconds
    server_cores: float  # how many it kept busy
    client_cores: float
    origin_per_page: float
    rss_mb: float
    foreign: float  # cores that others used meanwhile
    is_clean: bool


@dataclass(frozen=True)
class Row:
    """The medians of a server's runs."""

    subject: str
    rate: float
    spread: float  # half the distance between the best and the worst rate, as a part of the median
    p50_ms: float
    p99_ms: float
    server_us: float
    server_cores: float
    client_cores: float
    origin_per_page: float
    rss_mb: float
    foreign: float  # of the worst run
    is_clean: bool  # whether every run was undisturbed
    rates: Sequence[float]

    @staticmethod
    def of(subject: str, samples: Sequence[Sample]) -> "Row":
        """The row of some runs."""
        rates = [sample.rate for sample in samples]
        middle = median(rates)
        return Row(
            subject=subject,
            rate=middle,
            spread=(max(rates) - min(rates)) / 2 / middle,
            p50_ms=median(sample.p50_ms for sample in samples),
            p99_ms=median(sample.p99_ms for sample in samples),
            server_us=median(sample.server_us for sample in samples),
            server_cores=median(sample.server_cores for sample in samples),
            client_cores=median(sample.client_cores for sample in samples),
            origin_per_page=median(sample.origin_per_page for sample in samples),
            rss_mb=max(sample.rss_mb for sample in samples),
            foreign=max(sample.foreign for sample in samples),
            is_clean=all(sample.is_clean for sample in samples),
            rates=rates,
        )

    @property
    def is_client_bound(self) -> bool:
        """Whether the load client, not the server, was the limit."""
        return self.client_cores > 0.97 and self.server_cores < 0.97


@dataclass(frozen=True)
class Timing:
    """When a page with a slow fragment came, in milliseconds since the request."""

    subject: str
    first_byte_ms: float
    before_ms: float  # everything that stands before the slow fragment
    end_ms: float


@dataclass(frozen=True)
class Verdict:
    """A goal beside what was measured."""

    what: str
    value: float
    target: float
    is_at_least: bool
    unit: str
    cpu_ratio: float | None = (
        None  # the same by the servers' processor time, whatever their clients did
    )

    @property
    def is_met(self) -> bool:
        return self.value >= self.target if self.is_at_least else self.value <= self.target

    @property
    def goal_text(self) -> str:
        return f"{'≥' if self.is_at_least else '≤'} {self.target:g} {self.unit}".rstrip()

    @property
    def value_text(self) -> str:
        return f"{self.value:.2f} {self.unit}".rstrip()


@dataclass
class Outcome:
    """All of a workload."""

    workload: str
    title: str
    layout: str
    rows: list[Row] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_measured: str | None = None
