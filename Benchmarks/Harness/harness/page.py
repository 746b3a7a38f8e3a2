"""A page that is measured: declared once, and written for each server in its own language."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Part:
    """A fragment of a page, and what the origin is to make of it."""

    kind: str
    size: int = 2048
    n: int = 0
    ttl: int = 0  # seconds; 0 is `no-store`
    delay: int = 0  # milliseconds
    personal: bool = False
    fail: int = 0  # percent
    options: str = ""  # further ones in the gateway's template, such as `timeout 3s`

    def parameters(self) -> dict[str, int]:
        """The parameters that are not left at what the origin takes for them."""
        values = {"n": self.n, "size": self.size, "ttl": self.ttl, "delay": self.delay}
        values |= {"personal": int(self.personal), "fail": self.fail}
        return {name: value for name, value in values.items() if value or name in ("n", "size")}

    def path(self) -> str:
        """The address at the origin, with the parameters in order as the gateway writes them."""
        return f"/internal/fragments/{self.kind}?{urlencode(sorted(self.parameters().items()))}"

    def use(self, service: str) -> str:
        """The tag of a gateway's template."""
        values = ", ".join(f"{name}={value}" for name, value in self.parameters().items())
        options = f" {self.options}" if self.options else ""
        return f'{{% fragment "{service}/{self.kind}" with {values}{options} %}}'


@dataclass(frozen=True)
class Page:
    """Static text with parts between."""

    name: str
    parts: tuple[Part, ...]
    head: str = '<!DOCTYPE html><html lang="en"><head><title>Measured</title></head><body><main>\n'
    before: str = '<section class="part">'
    after: str = "</section>\n"
    tail: str = "</main></body></html>\n"

    def render(self, write: Callable[[Part], str]) -> str:
        """The page with each part as `write` has it."""
        return (
            self.head
            + "".join(self.before + write(part) + self.after for part in self.parts)
            + self.tail
        )

    def template(self, service: str = "app") -> str:
        """The page as a template of the gateway."""
        return self.render(lambda part: part.use(service))

    @staticmethod
    def plain(name: str, part: Part) -> "Page":
        """A page of one part and nothing else."""
        return Page(name, (part,), head="", before="", after="", tail="")
