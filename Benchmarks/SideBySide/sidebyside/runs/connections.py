"""Many connections beside few."""

from typing import TYPE_CHECKING

from ..comparison import compare
from ..goals import judge
from ..results import Outcome

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload


def connections(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    gateways = [
        bench.gateway(f"{workload.name}-gateway-{count}", {"/": page}) for count in (1000, 64)
    ]
    subjects = [
        bench.gateway_subject("gateway, 1,000 connections", gateways[0], page, 1000),
        bench.gateway_subject("gateway, 64 connections", gateways[1], page, 64),
    ]
    # What the kernel alone makes of so many shows in what they cost a peer.
    for name in workload.peers:
        subjects.append(bench.peer_subject(name, page, 1000, ", 1,000 connections"))
        subjects.append(bench.peer_subject(name, page, 64, ", 64 connections"))
    rows = compare(bench, subjects)
    bench.stop(gateways)
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    outcome.verdicts = judge(workload.goals, rows, {"memory at 1,000 connections": rows[0].rss_mb})
    return outcome
