"""A page of which nothing may be kept: how long one visitor waits, and how many are served."""

from typing import TYPE_CHECKING

from ..comparison import compare
from ..goals import judge
from ..results import Outcome

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload

_ONE = ", 1 connection"
_MANY = ", 64 connections"


def cold(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    gateway = bench.gateway(f"{workload.name}-gateway", {"/": page})
    rows = []
    for suffix, count in ((_ONE, 1), (_MANY, 64)):
        subjects = [bench.gateway_subject("gateway" + suffix, gateway, page, count)]
        subjects += [bench.peer_subject(name, page, count, suffix) for name in workload.peers]
        rows += compare(bench, subjects)
    bench.stop([gateway])
    values = {"p50 with one connection": rows[0].p50_ms}
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    outcome.verdicts = judge(workload.goals, rows, values)
    return outcome
