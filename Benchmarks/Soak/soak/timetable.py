"""When what goes wrong around the gateway: the same minute again and again."""

from __future__ import annotations

import enum

CYCLE = 60.0


class Event(enum.Enum):
    """What happens to the gateway's surroundings, and ends again within the same cycle."""

    RELOAD_TEMPLATES = "templates changed, SIGHUP"
    FLAKY_STOPS = "service flaky stopped"
    FLAKY_STARTS = "service flaky started"
    SLOW_HANGS = "service slow hangs"
    SLOW_GOES_ON = "service slow goes on"
    REDIS_STOPS = "Redis stopped"
    REDIS_STARTS = "Redis started"
    # Stands for a purge, which this version has no command for.
    KEYS_DELETED = "half of the keys deleted in Redis"
    RELOAD_SERVICES = "services changed, SIGHUP"


# Seconds into the cycle.
TIMES: tuple[tuple[float, Event], ...] = (
    (5, Event.RELOAD_TEMPLATES),
    (12, Event.FLAKY_STOPS),
    (20, Event.FLAKY_STARTS),
    (25, Event.SLOW_HANGS),
    (33, Event.SLOW_GOES_ON),
    (37, Event.REDIS_STOPS),
    (42, Event.REDIS_STARTS),
    (47, Event.KEYS_DELETED),
    (52, Event.RELOAD_SERVICES),
)


def timetable(seconds: float) -> list[tuple[float, Event]]:
    """All events of a soak; a cycle that would not end within it does not begin."""
    cycles = int(seconds // CYCLE)
    return [(cycle * CYCLE + time, event) for cycle in range(cycles) for time, event in TIMES]
