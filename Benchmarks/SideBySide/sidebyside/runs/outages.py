"""A warm page while its service, or Redis, goes away."""

from typing import TYPE_CHECKING

from harness import Origin, Redis

from ..comparison import compare
from ..goals import judge
from ..results import Outcome

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload

# Copies are stale in the middle of each run, and the gateway tries to refresh them.
_RULE = {"*": {"stale-while-revalidate": "1h", "stale-if-error": "1h", "honour-origin": True}}


def outages(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    rows = []
    for title, falls in (("all up", None), ("its service down", "service"), ("Redis down", "redis")):
        origin = Origin(bench.processes, bench.tools, cores=bench.layout.client_cores)
        redis = Redis(bench.processes, cores=bench.layout.client_cores)
        gateway = bench.gateway(
            f"{workload.name}-{falls or 'up'}",
            {"/": page},
            redis=redis,
            configuration={"services": {"app": {"upstream": origin.url}}, "fragments": _RULE},
        )
        subject = bench.gateway_subject(f"gateway, {title}", gateway, page)
        for _ in range(3):
            subject.verify()
        if falls:
            bench.processes.stop((origin if falls == "service" else redis).process)
        rows += compare(bench, [subject])
        bench.stop([gateway])
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    usual, without_service, without_redis = (row.p99_ms for row in rows)
    values = {
        "p99 with its service down": without_service / usual,
        "p99 with Redis down": without_redis / usual,
    }
    outcome.verdicts = judge(workload.goals, rows, values)
    return outcome
