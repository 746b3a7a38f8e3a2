"""A page, from the gateway and from its peers."""

from typing import TYPE_CHECKING

from ..comparison import compare
from ..goals import judge
from ..results import Outcome

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload


def with_peers(bench: "Bench", workload: "Workload") -> Outcome:
    gateway = bench.gateway(f"{workload.name}-gateway", {"/": workload.page})
    subjects = [bench.gateway_subject("gateway", gateway, workload.page)]
    subjects += [bench.peer_subject(name, workload.page) for name in workload.peers]
    rows = compare(bench, subjects)
    bench.stop([gateway])
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    # Goals are for one core.
    if bench.layout.name == "pinned":
        outcome.verdicts = judge(workload.goals, rows, {})
    return outcome
