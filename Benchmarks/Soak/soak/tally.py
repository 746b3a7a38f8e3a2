"""What the clients met, counted by kind of client."""

from __future__ import annotations

import collections
import dataclasses

# Of each kind of client, this many surprises are told in full.
EXAMPLES = 5


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of client, and the statuses that it may meet."""

    name: str
    expected: frozenset[int]

    @classmethod
    def of(cls, name: str, *expected: int) -> Kind:
        return cls(name, frozenset(expected))


class Tally:
    """Counts outcomes: statuses as numbers, and what went wrong otherwise by its name."""

    def __init__(self) -> None:
        self.outcomes: dict[str, collections.Counter[str]] = collections.defaultdict(
            collections.Counter
        )
        self.surprises: collections.Counter[str] = collections.Counter()
        self.examples: dict[str, list[str]] = collections.defaultdict(list)

    def answered(self, kind: Kind, status: int, count: int = 1) -> None:
        self.outcomes[kind.name][str(status)] += count
        if status not in kind.expected:
            self.surprised(kind, f"status {status}", count)

    def went(self, kind: Kind, outcome: str) -> None:
        """An end that is as it should be and has no status: a client that left."""
        self.outcomes[kind.name][outcome] += 1

    def broke(self, kind: Kind, what: str, count: int = 1) -> None:
        """An answer that is not whole or not right, or none."""
        self.outcomes[kind.name]["broken"] += count
        self.surprised(kind, what, count)

    def surprised(self, kind: Kind, what: str, count: int) -> None:
        self.surprises[kind.name] += count
        if len(self.examples[kind.name]) < EXAMPLES:
            self.examples[kind.name].append(what)

    def by_status(self) -> collections.Counter[str]:
        """All outcomes, whoever met them."""
        total: collections.Counter[str] = collections.Counter()
        for outcomes in self.outcomes.values():
            total.update(outcomes)
        return total
