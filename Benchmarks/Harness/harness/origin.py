"""The origin behind what is measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from .builds import Tools
from .http import get
from .page import Page, Part
from .ports import free_port
from .processes import BenchmarkError, Processes


class Origin:
    """A running origin.c; files given to `publish` are below `/t/`."""

    def __init__(
        self,
        processes: Processes,
        tools: Tools,
        *,
        cores: Sequence[int] | None = None,
        port: int = 0,
    ) -> None:
        self.root = processes.folder / "origin"
        (self.root / "t").mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        name = f"origin-{self.port}"
        log = processes.folder / f"{name}.log"
        self.process = processes.start(
            name,
            [tools.origin, str(self.port), self.root],
            cores=cores,
            ready=lambda: log.read_text().endswith(f"listening {self.port}\n"),
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def publish(self, files: Mapping[str, str | bytes]) -> None:
        """Puts files below `/t/`, before they are first asked for: what was served once is kept."""
        for name, content in files.items():
            path: Path = self.root / "t" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def fetch(self, path: str) -> bytes:
        """The body of an address."""
        answer = get(self.port, path)
        if answer.status != 200:
            raise BenchmarkError(
                f"the origin answers {answer.status} to {path}: {answer.body.decode()}"
            )
        return answer.body

    def body(self, part: Part) -> str:
        """What it answers for a part, without the delay."""
        return self.fetch(
            Part(part.kind, part.size, part.n, personal=part.personal).path()
        ).decode()

    def whole(self, page: Page) -> bytes:
        """The assembled page, as every server has to give it."""
        return page.render(self.body).encode()

    def count(self) -> int:
        """How many fragments and pages were asked for since the last reset."""
        return int(self.fetch("/count"))

    def reset_count(self) -> None:
        self.fetch("/count/reset")
