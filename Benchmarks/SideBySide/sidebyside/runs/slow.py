"""A page with a slow fragment: when what is there leaves."""

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from harness import Answer, get

from ..comparison import require_page
from ..goals import judge
from ..results import Outcome, Timing

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload

_TIMES = 3


def slow(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    whole = bench.origin.whole(page)
    slowest = max(page.parts, key=lambda part: part.delay)
    # Up to the end of the fragment before the slow one; a server may keep the markup between with
    # what comes next.
    before = len(
        page.render(lambda part: "\0" if part is slowest else bench.origin.body(part))
        .split("\0")[0]
        .encode()
    )
    before -= len(page.after + page.before)

    def time(subject: str, ask: Callable[[], Answer]) -> Timing:
        answers = []
        # The first answer brings what can be kept into the cache.
        for _ in range(_TIMES + 1):
            answers.append(ask())
            require_page(subject, answers[-1].body, whole)
        warm = answers[1:]
        return Timing(
            subject,
            first_byte_ms=median(answer.first_byte for answer in warm) * 1000,
            before_ms=median(answer.arrival_of(before) for answer in warm) * 1000,
            end_ms=median(answer.arrivals[-1][0] for answer in warm) * 1000,
        )

    gateway = bench.gateway(f"{workload.name}-gateway", {"/": page})
    timings = [time("gateway", lambda: gateway.get("/"))]
    bench.stop([gateway])
    for name in workload.peers:
        peer = bench.peer(name)
        timings.append(time(name, partial(get, peer.port, peer.path(page), peer.host)))
    outcome = Outcome(workload.name, workload.title, bench.layout.name, timings=timings)
    values = {
        "first byte": timings[0].first_byte_ms,
        "everything before the slow fragment": timings[0].before_ms,
    }
    outcome.verdicts = judge(workload.goals, [], values)
    return outcome
