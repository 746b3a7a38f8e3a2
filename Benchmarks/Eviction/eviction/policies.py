"""Three policies of eviction, each bounded in bytes: what is kept is the size of each key."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

# An entry of more than this share of the budget is not kept, by any of them.
LARGEST_SHARE = 8


class Policy(Protocol):
    """A cache that holds sizes in place of contents."""

    used: int

    def request(self, key: int, size: int) -> bool:
        """Whether the key was there; afterwards it is, unless the policy does not want it."""


class LRU:
    """What was asked for longest ago leaves first."""

    def __init__(self, budget: int) -> None:
        self.budget, self.used = budget, 0
        self.entries: OrderedDict[int, int] = OrderedDict()

    def request(self, key: int, size: int) -> bool:
        if key in self.entries:
            self.entries.move_to_end(key)
            return True
        if size * LARGEST_SHARE <= self.budget:
            while self.used + size > self.budget:
                self.used -= self.entries.popitem(last=False)[1]
            self.entries[key] = size
            self.used += size
        return False


class S3FIFO:
    """The gateway's: `Sources/Gateway/Fragment/Cache/MemoryTier.swift`, step by step.

    A tenth of the bytes is a queue for newcomers. Those that were used twice in it move on to the main queue when it is
    their turn, the others leave, and come back to the main queue at once when they come back soon. The main queue gives
    each entry as many further rounds as it was used, up to three. The gateway remembers who left in a table of
    fingerprints in which one may displace another; here nobody is forgotten early.
    """

    LEAST_WINDOW = 32

    def __init__(
        self,
        budget: int,
        small_share: float = 0.1,
        least_uses: int = 2,
        highest_frequency: int = 3,
        reach: float = 1,
    ) -> None:
        self.budget, self.used = budget, 0
        self.small_budget = int(budget * small_share)
        self.least_uses, self.highest_frequency, self.reach = least_uses, highest_frequency, reach
        self.small_used = 0
        self.small: OrderedDict[int, int] = OrderedDict()
        self.main: OrderedDict[int, int] = OrderedDict()
        self.frequency: dict[int, int] = {}
        self.departures = 0
        self.ghosts: dict[int, int] = {}

    def request(self, key: int, size: int) -> bool:
        frequency = self.frequency.get(key)
        if frequency is not None:
            if frequency < self.highest_frequency:
                self.frequency[key] = frequency + 1
            return True
        if size * LARGEST_SHARE > self.budget:
            return False
        while self.frequency and self.used + size > self.budget:
            self._evict_one()
        self.frequency[key] = 0
        self.used += size
        left = self.ghosts.pop(key, None)
        window = max(len(self.frequency) - 1, self.LEAST_WINDOW) * self.reach
        if left is not None and self.departures - left < window:
            self.main[key] = size
        else:
            self.small[key] = size
            self.small_used += size
        return False

    def _evict_one(self) -> None:
        while self.small and (self.small_used > self.small_budget or not self.main):
            key, size = self.small.popitem(last=False)
            self.small_used -= size
            if self.frequency[key] < self.least_uses:
                self.departures += 1
                self.ghosts[key] = self.departures
                self._forget(key, size)
                return
            self.frequency[key] = 0
            self.main[key] = size
        while self.main:
            key, size = self.main.popitem(last=False)
            if self.frequency[key] == 0:
                self._forget(key, size)
                return
            self.frequency[key] -= 1
            self.main[key] = size

    def _forget(self, key: int, size: int) -> None:
        del self.frequency[key]
        self.used -= size


class WTinyLFU:
    """W-TinyLFU (Einziger and others, 2017) as Caffeine has it for weighted entries.

    A hundredth of the bytes is a window of the least recently used kind. What leaves it is let into the rest, of which
    four fifths are for what was asked for again there, only when it was asked for more often lately than what would
    leave for it. The counts are exact, where real ones are sketches, and the window does not adapt.
    """

    HIGHEST_COUNT = 15
    SAMPLE_FACTOR = 10

    def __init__(self, budget: int) -> None:
        self.budget, self.used = budget, 0
        self.window_budget = max(budget // 100, 1)
        self.main_budget = budget - self.window_budget
        self.protected_budget = self.main_budget * 4 // 5
        self.window_used = self.protected_used = 0
        self.window: OrderedDict[int, int] = OrderedDict()
        self.probation: OrderedDict[int, int] = OrderedDict()
        self.protected: OrderedDict[int, int] = OrderedDict()
        self.counts: dict[int, int] = {}
        self.additions = 0

    def request(self, key: int, size: int) -> bool:
        self._count(key)
        if key in self.protected:
            self.protected.move_to_end(key)
            return True
        if key in self.window:
            self.window.move_to_end(key)
            return True
        if key in self.probation:
            self._protect(key)
            return True
        if size * LARGEST_SHARE <= self.budget:
            self.window[key] = size
            self.window_used += size
            self.used += size
            while self.window_used > self.window_budget:
                candidate, weight = self.window.popitem(last=False)
                self.window_used -= weight
                self._admit(candidate, weight)
        return False

    def _admit(self, candidate: int, size: int) -> None:
        """Makes room for a candidate in the main part, or lets it go."""
        frequency = self.counts.get(candidate, 0)
        while self.used - self.window_used > self.main_budget:
            victims = self.probation or self.protected
            victim = next(iter(victims))
            if frequency <= self.counts.get(victim, 0):
                self.used -= size
                return
            weight = victims.pop(victim)
            if victims is self.protected:
                self.protected_used -= weight
            self.used -= weight
        self.probation[candidate] = size

    def _protect(self, key: int) -> None:
        size = self.probation.pop(key)
        self.protected[key] = size
        self.protected_used += size
        while self.protected_used > self.protected_budget:
            demoted, weight = self.protected.popitem(last=False)
            self.protected_used -= weight
            self.probation[demoted] = weight

    def _count(self, key: int) -> None:
        count = self.counts.get(key, 0)
        if count < self.HIGHEST_COUNT:
            self.counts[key] = count + 1
        self.additions += 1
        entries = len(self.window) + len(self.probation) + len(self.protected)
        if self.additions > self.SAMPLE_FACTOR * max(entries, 100):
            self.counts = {key: count // 2 for key, count in self.counts.items() if count > 1}
            self.additions //= 2


POLICIES = {"LRU": LRU, "S3-FIFO": S3FIFO, "W-TinyLFU": WTinyLFU}
