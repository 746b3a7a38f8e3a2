"""What all peers have in common."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import BenchmarkError, Origin, Page, Part, Process


@dataclass(frozen=True)
class Layout:
    """Who may run on which cores; none means all."""

    name: str
    server_cores: Sequence[int] | None
    client_cores: Sequence[int] | None
    workers: int


@dataclass(frozen=True)
class Peer:
    """A running peer."""

    name: str
    process: Process
    port: int
    form: str  # of its templates at the origin

    def path(self, page: Page) -> str:
        """Where it has a page."""
        return f"/t/{self.form}/{page.name}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


FORMS: dict[str, Callable[[Part], str]] = {
    "ssi": lambda part: f'<!--#include virtual="{part.path()}" -->',
    "esi": lambda part: f'<esi:include src="{part.path()}"/>',
}


def publish_forms(origin: Origin, pages: Iterable[Page]) -> None:
    """Puts pages at the origin: as templates without a peer's own address, and assembled."""
    for page in pages:
        origin.publish({f"{form}/{page.name}": page.render(write) for form, write in FORMS.items()})
        origin.publish({f"whole/{page.name}": origin.whole(page)})


def fill(template: str, values: dict[str, object]) -> str:
    """A configuration file of this folder with `@NAME@` replaced."""
    text = (Path(__file__).parent / template).read_text()
    for name, value in values.items():
        if f"@{name}@" not in text:
            raise BenchmarkError(f"{template} has no @{name}@")
        text = text.replace(f"@{name}@", str(value))
    if left := re.findall(r"@[A-Z]+@", text):
        raise BenchmarkError(f"{template} was not told {', '.join(left)}")
    return text
