"""The parts of Docs/Performance.md and the pictures beside it that a benchmark writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from harness import PROJECT, BenchmarkError

DOCUMENT = PROJECT / "Docs" / "Performance.md"
PICTURES = PROJECT / "Docs" / "pictures"


def with_region(text: str, name: str, content: str) -> str:
    """The text with what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(end) < text.index(begin):
        raise BenchmarkError(
            f"the document needs one line {begin} and one {end} after it, around the figures"
        )
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{content.strip()}\n\n{end}{rest.split(end)[1]}"


def replace_region(name: str, content: str) -> None:
    if not DOCUMENT.exists():
        raise BenchmarkError(f"there is no {DOCUMENT} to write the figures to")
    DOCUMENT.write_text(
        with_region(DOCUMENT.read_text(encoding="utf-8"), name, content), encoding="utf-8"
    )


def draw(folder: Path, module: str, result: Path, picture: str) -> None:
    """Runs a module that draws a result, found from a folder."""
    # Debian's Python has Debian's matplotlib, whichever Python comes first on the PATH.
    command = ["/usr/bin/python3", "-m", module, str(result), str(PICTURES / picture)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchmarkError(
            "the picture could not be drawn (Benchmarks/install-peers installs what it needs):\n"
            f"{done.stderr}"
        )
