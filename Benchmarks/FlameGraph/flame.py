"""Stacks of a profile as a picture: width is time, what is above was called from what is below."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

WIDTH, ROW, TEXT_WIDTH = 1200, 18, 6.6
# Narrower frames are left out; they could be neither read nor seen.
NARROWEST = 1.5


@dataclass
class Frame:
    """A function on a stack, with what it called."""

    name: str
    count: int = 0
    callees: dict[str, Frame] = field(default_factory=dict)

    def add(self, stack: Iterable[str]) -> None:
        """Counts one sample, whose stack begins with the outermost function."""
        self.count += 1
        frame = self
        for name in stack:
            frame = frame.callees.setdefault(name, Frame(name))
            frame.count += 1

    @property
    def depth(self) -> int:
        return 1 + max((callee.depth for callee in self.callees.values()), default=0)


def stacks(script: str) -> Iterator[list[str]]:
    """The stacks of what `perf script -F ip,sym` prints, the outermost function first."""
    for sample in script.split("\n\n"):
        frames = [line.split(maxsplit=1) for line in sample.splitlines() if " " in line.strip()]
        if frames:
            # The kernel is in the upper half of the addresses.
            yield [f"[k] {name}" if len(address) == 16 else name for address, name in reversed(frames)]


def colour(name: str) -> str:
    """Warm for the gateway, cool for the kernel, grey for what it could not name."""
    if name.startswith("[k] "):
        return "#8fb3d9"
    return "#c8c8c8" if name.startswith("[") else "#f0a35e"


def rectangles(frame: Frame, left: float, level: int, scale: float, bottom: int) -> Iterator[str]:
    width = frame.count * scale
    if width < NARROWEST:
        return
    top = bottom - (level + 1) * ROW
    name = frame.name.removeprefix("[k] ")
    fitting = int(width / TEXT_WIDTH)
    label = name if len(name) <= fitting else name[: max(0, fitting - 1)] + "…"
    share = f"{frame.count * scale / WIDTH:.1%}"
    yield (
        f'<g><title>{html.escape(name)} ({share})</title><rect x="{left:.1f}" y="{top}" width="{width:.1f}"'
        f' height="{ROW - 1}" fill="{colour(frame.name)}" rx="2"/>'
        + (f'<text x="{left + 3:.1f}" y="{top + 13}">{html.escape(label)}</text>' if fitting > 3 else "")
        + "</g>"
    )
    for callee in sorted(frame.callees.values(), key=lambda callee: callee.name):
        yield from rectangles(callee, left, level + 1, scale, bottom)
        left += callee.count * scale


def picture(root: Frame, title: str) -> str:
    """The picture, as SVG."""
    height = root.depth * ROW + 40
    body = "\n".join(rectangles(root, 0, 0, WIDTH / root.count, height - 8))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="ui-monospace, monospace" font-size="11">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f'<text x="8" y="20" font-size="14">{html.escape(title)}</text>\n{body}\n</svg>\n'
    )
