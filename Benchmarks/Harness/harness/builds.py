"""The C programs of the harness, compiled when their sources are newer."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from .processes import BenchmarkError

PROJECT = Path(__file__).resolve().parents[3]
RUN_DIR = PROJECT / ".run" / "benchmarks"

_SOURCES = Path(__file__).resolve().parents[1]
_PROGRAMS = {
    "origin": ("origin.c", "answers.c", "content.c"),
    "load": ("load.c", "answer_reader.c", "latencies.c", "load_options.c", "load_requests.c"),
}
_FLAGS = ("-O2", "-std=gnu11", "-Wall", "-Wextra", "-Wshadow")


@dataclass(frozen=True)
class Tools:
    """Where the compiled programs are."""

    origin: Path
    load: Path


def is_stale(product: Path, sources: list[Path]) -> bool:
    """Whether a product is missing, or older than one of its sources."""
    if not product.exists():
        return True
    made = product.stat().st_mtime_ns
    return any(source.stat().st_mtime_ns > made for source in sources)


def build_tools(folder: Path = RUN_DIR / "bin") -> Tools:
    """Compiles what is stale."""
    folder.mkdir(parents=True, exist_ok=True)
    headers = sorted(_SOURCES.glob("*.h"))
    for program, names in _PROGRAMS.items():
        sources = [_SOURCES / name for name in names]
        product = folder / program
        if is_stale(product, sources + headers):
            _compile(sources, product)
    return Tools(origin=folder / "origin", load=folder / "load")


def _compile(sources: list[Path], product: Path) -> None:
    # Renamed when it is whole: another benchmark may be running the old one.
    unfinished = product.with_suffix(".new")
    command = ["cc", *_FLAGS, "-o", str(unfinished), *map(str, sources)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BenchmarkError(
            "there is no C compiler 'cc'; Benchmarks/install-peers installs one"
        ) from error
    if done.returncode != 0:
        raise BenchmarkError(f"{' '.join(command)} failed:\n{done.stderr}")
    unfinished.rename(product)
