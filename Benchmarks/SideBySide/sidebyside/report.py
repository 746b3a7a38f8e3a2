"""The tables, for a terminal and for Docs/Performance.md."""

from collections.abc import Callable, Sequence
from pathlib import Path

from harness import BenchmarkError, Machine

from .results import Outcome, Row, Timing

BEGIN = "<!-- side-by-side:begin -->"
END = "<!-- side-by-side:end -->"
PICTURE = "pictures/performance.svg"

_ROW_COLUMNS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("server", lambda row: row.subject),
    ("pages/s", lambda row: f"{row.rate:,.0f}"),
    ("±", lambda row: f"{row.spread:.0%}"),
    ("µs CPU/page", lambda row: f"{row.server_us:.1f}"),
    ("p50 ms", lambda row: f"{row.p50_ms:.2f}"),
    ("p99 ms", lambda row: f"{row.p99_ms:.2f}"),
    ("server cores", lambda row: f"{row.server_cores:.2f}"),
    (
        "client cores",
        lambda row: f"{row.client_cores:.2f}" + (" (the limit)" if row.is_client_bound else ""),
    ),
    ("origin/page", lambda row: f"{row.origin_per_page:.2f}"),
    ("RSS MB", lambda row: f"{row.rss_mb:.0f}"),
    ("undisturbed", lambda row: "yes" if row.is_clean else f"no: {row.foreign:.2f} cores"),
)
_TIMING_COLUMNS: tuple[tuple[str, Callable[[Timing], str]], ...] = (
    ("server", lambda timing: timing.subject),
    ("first byte ms", lambda timing: f"{timing.first_byte_ms:.2f}"),
    ("all before the slow fragment ms", lambda timing: f"{timing.before_ms:.2f}"),
    ("end ms", lambda timing: f"{timing.end_ms:.1f}"),
)

Table = list[list[str]]


def tables(outcome: Outcome) -> list[Table]:
    """The tables of a workload, each with its heading first."""
    found = []
    if outcome.rows:
        found.append([[name for name, _ in _ROW_COLUMNS]])
        found[-1] += [[text(row) for _, text in _ROW_COLUMNS] for row in outcome.rows]
    if outcome.timings:
        found.append([[name for name, _ in _TIMING_COLUMNS]])
        found[-1] += [[text(timing) for _, text in _TIMING_COLUMNS] for timing in outcome.timings]
    return found


def goal_table(outcomes: Sequence[Outcome]) -> Table:
    """Every goal with what was measured."""
    table = [["workload", "what", "goal", "measured", "met", "by CPU time"]]
    for outcome in outcomes:
        if outcome.not_measured is not None:
            table.append([outcome.title, "", "", "not measured, see there", "", ""])
        for verdict in outcome.verdicts:
            table.append(
                [
                    outcome.title,
                    verdict.what,
                    verdict.goal_text,
                    verdict.value_text,
                    "yes" if verdict.is_met else "no",
                    "" if verdict.cpu_ratio is None else f"{verdict.cpu_ratio:.2f} ×",
                ]
            )
    return table


def aligned(table: Table) -> str:
    """A table for a terminal: the first column to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = []
    for row in table:
        cells = [
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    lines.insert(1, "  " + "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def markdown(table: Table) -> str:
    """A table for a document."""
    rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table]
    rows.insert(1, "|" + " --- |" * len(table[0]))
    return "\n".join(rows)


def text_of(outcome: Outcome) -> str:
    """A workload for a terminal."""
    lines = [f"{outcome.title} ({outcome.workload}, {outcome.layout})"]
    if outcome.not_measured is not None:
        lines.append(f"  not measured: {outcome.not_measured}")
    lines += [aligned(table) for table in tables(outcome)]
    lines += [f"  {note}" for note in outcome.notes]
    return "\n".join(lines)


def markdown_report(
    outcomes: Sequence[Outcome], machine: Machine, versions: dict[str, str], settings: str
) -> str:
    """The region of Docs/Performance.md."""
    virtual = ", virtual" if machine.hypervisor == "yes" else ""
    parts = [
        f"Measured on {machine.date}: {machine.cores} cores of {machine.cpu}{virtual}, "
        f"{machine.memory_gb:g} GB, "
        f"{machine.system}, kernel {machine.kernel}, CPU governor {machine.governor}; {settings}. "
        + " · ".join(f"{name} {version}" for name, version in versions.items())
        + ".",
        f"![Pages a second of the gateway and its peers]({PICTURE})",
        markdown(goal_table(outcomes)),
        "Each workload whole (±: half the distance between the best and the worst round; "
        "`origin/page`: requests that reached the origin; RSS: of all processes of the server):",
    ]
    for outcome in outcomes:
        parts.append(f"### {outcome.title[0].upper()}{outcome.title[1:]} ({outcome.layout})")
        if outcome.not_measured is not None:
            parts.append(f"Not measured: {outcome.not_measured}")
        parts += [markdown(table) for table in tables(outcome)]
        parts += outcome.notes
    return "\n\n".join(parts)


def replace_region(document: Path, text: str) -> None:
    """Puts a report between the marks of a document."""
    content = document.read_text() if document.exists() else ""
    if (
        content.count(BEGIN) != 1
        or content.count(END) != 1
        or content.index(BEGIN) > content.index(END)
    ):
        raise BenchmarkError(
            f"{document} needs the lines {BEGIN} and {END} once, in this order, around the region"
        )
    before, rest = content.split(BEGIN)
    after = rest.split(END)[1]
    document.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
