"""Tables of what was measured, for the terminal and for Docs/Performance.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callgrind import Benchmark, MeasureError
from thresholds import change

BEGIN = "<!-- micro:begin -->"
END = "<!-- micro:end -->"


@dataclass(frozen=True)
class Row:
    """One benchmark's figures."""

    benchmark: Benchmark
    instructions: float
    nanoseconds: float
    accepted: int | None

    @property
    def change(self) -> str:
        """Against what is accepted, in percent."""
        return f"{change(self.accepted, self.instructions):+.1%}" if self.accepted else "new"


def terminal(rows: list[Row]) -> str:
    """Columns for a terminal."""
    width = max(len(row.benchmark.name) for row in rows)
    lines = [f"{'benchmark':{width}} {'instructions':>13} {'change':>7} {'ns':>11}"]
    for row in rows:
        lines.append(
            f"{row.benchmark.name:{width}} {row.instructions:13,.0f} {row.change:>7}"
            f" {row.nanoseconds:11,.0f}"
        )
    return "\n".join(lines)


def markdown(rows: list[Row]) -> str:
    """A table for a page."""
    lines = ["| benchmark | one iteration | instructions | ns |", "| --- | --- | ---: | ---: |"]
    for row in rows:
        lines.append(
            f"| `{row.benchmark.name}` | {row.benchmark.summary} "
            f"| {row.instructions:,.0f} | {row.nanoseconds:,.0f} |"
        )
    return "\n".join(lines)


def read_page(path: Path) -> str:
    """The text of a page, which has the two marks."""
    try:
        page = path.read_text()
    except OSError as error:
        raise MeasureError(f"{path}: {error.strerror}; the table is written into a page") from error
    replace_region(page, "", path)
    return page


def replace_region(page: str, content: str, path: Path) -> str:
    """The page with other content between the two marks."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise MeasureError(f"{path} needs the marks {BEGIN} and {END}, once each and in this order")
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{content}\n{END}{rest.split(END)[1]}"
