"""With Redis as the only cache, and without the Redis that was there."""

from typing import TYPE_CHECKING

from harness import Redis

from ..comparison import compare
from ..goals import judge
from ..results import Outcome

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload


def redis_alone(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    alone = bench.gateway(
        f"{workload.name}-gateway", {"/": page}, configuration={"memory": {"fragments": "off"}}
    )
    with_memory = bench.gateway(f"{workload.name}-memory", {"/": page})
    rows = compare(
        bench,
        [
            bench.gateway_subject("gateway, out of Redis", alone, page),
            bench.gateway_subject("gateway, out of memory", with_memory, page),
        ],
    )
    bench.stop([alone, with_memory])
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    outcome.verdicts = judge(workload.goals, rows, {})
    return outcome


def redis_down(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    own = Redis(bench.processes, cores=bench.layout.client_cores)
    without = bench.gateway(f"{workload.name}-gateway", {"/": page}, redis=own)
    with_redis = bench.gateway(f"{workload.name}-with-redis", {"/": page})
    bench.processes.stop(own.process)
    # Nothing was kept before Redis went, so the first page has to come without it.
    subjects = [
        bench.gateway_subject("gateway, Redis stopped", without, page),
        bench.gateway_subject("gateway, Redis up", with_redis, page),
    ]
    rows = compare(bench, subjects)
    bench.stop([without, with_redis])
    return Outcome(workload.name, workload.title, bench.layout.name, rows)
