"""What every benchmark stands on: processes, origin, load client, gateways, machine."""

from .builds import PROJECT, RUN_DIR, Tools, build_tools
from .gateway import Gateway, Site
from .http import Answer, get
from .load import Load, LoadResult
from .machine import Machine, Measured, measure_undisturbed
from .origin import Origin
from .page import Page, Part
from .ports import free_port
from .processes import BenchmarkError, Process, Processes
from .redis import Redis

__all__ = [
    "Answer",
    "BenchmarkError",
    "Gateway",
    "Load",
    "LoadResult",
    "Machine",
    "Measured",
    "Origin",
    "PROJECT",
    "Page",
    "Part",
    "Process",
    "Processes",
    "RUN_DIR",
    "Redis",
    "Site",
    "Tools",
    "build_tools",
    "free_port",
    "get",
    "measure_undisturbed",
]
