"""How each kind of workload is measured."""

from .codings import gzip_personal, gzip_shared
from .cold import cold
from .connections import connections
from .outages import outages
from .peers import with_peers
from .redis import redis_alone, redis_down
from .session import session
from .slow import slow
from .start import start
from .threads import threads

__all__ = [
    "cold",
    "connections",
    "gzip_personal",
    "gzip_shared",
    "outages",
    "redis_alone",
    "redis_down",
    "session",
    "slow",
    "start",
    "threads",
    "with_peers",
]
