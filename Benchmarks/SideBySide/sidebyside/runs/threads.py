"""Two threads beside one.

On a machine whose cores the load client needs as well, the pages a second of two threads say more
about the client than about the server. So the client is doubled with the server: one thread shares
core 0 with one client, and two threads share cores 0 and 1 with two clients, one on each core. What
the server's threads cost each other then shows in the processor time of a page, and the speed-up is
what two whole cores would give at that cost: 2 x (time of a page with one thread) / (time of a page
with two). The pages a second of both are told beside it; they hold the clients' share.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from harness import Gateway, Load, LoadResult

from ..comparison import Subject
from ..goals import judge
from ..results import Outcome, Row, Sample

if TYPE_CHECKING:
    from ..bench import Bench
    from ..workloads import Workload


def threads(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    one = bench.gateway(f"{workload.name}-one", {"/": page}, threads=1)
    two = bench.gateway(f"{workload.name}-two", {"/": page}, threads=2)
    one.process.pin([0])
    two.process.pin([0, 1])
    pairs: list[tuple[Subject, Gateway, list[int]]] = [
        (bench.gateway_subject("gateway, 1 thread, 1 client on its core", one, page), one, [0]),
        (
            bench.gateway_subject("gateway, 2 threads, 2 clients on their cores", two, page),
            two,
            [0, 1],
        ),
    ]
    samples: dict[str, list[Sample]] = {subject.name: [] for subject, _, _ in pairs}
    for _ in range(bench.rounds):
        for subject, gateway, cores in pairs:
            samples[subject.name].append(_measure(bench, subject, gateway, cores))
    bench.stop([one, two])
    rows = [Row.of(name, values) for name, values in samples.items()]
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    outcome.notes.append(
        "pages/s of two threads and two clients: "
        f"{rows[1].rate / rows[0].rate:.2f} × those of one and one"
    )
    outcome.verdicts = judge(
        workload.goals, rows, {"speed-up of two threads": 2 * rows[0].server_us / rows[1].server_us}
    )
    return outcome


def _measure(bench: "Bench", subject: Subject, gateway: Gateway, cores: list[int]) -> Sample:
    subject.verify()

    def clients(seconds: float) -> list[LoadResult]:
        def run(core: int) -> LoadResult:
            load = Load(bench.tools, [core])
            result = load.run(subject.url, host=subject.host, connections=64, seconds=seconds)
            return result.require_clean(subject.name)

        with ThreadPoolExecutor(len(cores)) as pool:
            return list(pool.map(run, cores))

    def once() -> tuple[list[LoadResult], float]:
        used = gateway.process.cpu_seconds()
        results = clients(bench.seconds)
        return results, gateway.process.cpu_seconds() - used

    clients(bench.warmup)
    measured = bench.undisturbed(once)
    subject.verify()
    results, used = measured.value
    pages = sum(result.requests for result in results)
    return Sample(
        rate=sum(result.rate for result in results),
        p50_ms=max(result.p50 for result in results) / 1000,
        p99_ms=max(result.p99 for result in results) / 1000,
        server_us=used * 1e6 / pages,
        server_cores=used / bench.seconds,
        client_cores=sum(result.cpu for result in results),
        origin_per_page=0,
        rss_mb=gateway.process.rss() / 1e6,
        foreign=measured.foreign,
        is_clean=measured.is_clean,
    )
