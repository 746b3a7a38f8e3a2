"""What the runs of a benchmark share: origin, Redis, peers, and how gateways are started."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from harness import (
    BenchmarkError,
    Gateway,
    Load,
    Measured,
    Origin,
    Page,
    Process,
    Processes,
    Redis,
    Site,
    Tools,
    get,
    measure_undisturbed,
)

from . import workloads
from .comparison import Subject, require_page
from .peers import (
    Layout,
    Peer,
    publish_forms,
    start_nginx_file,
    start_nginx_ssi,
    start_trafficserver,
    start_varnish,
)

T = TypeVar("T")

# How often a run is measured at most because others disturbed it. How many repeats there are in all
# is given, so that a busy machine makes a benchmark worse, and says so, but not endless.
_ATTEMPTS = 3

PINNED = Layout("pinned", server_cores=[0], client_cores=[1], workers=1)
FREE = Layout("free", server_cores=None, client_cores=None, workers=2)


class Bench:
    """A scope in which servers of one layout run; all of them are gone after it."""

    def __init__(
        self,
        tools: Tools,
        folder: Path,
        binary: Path,
        layout: Layout,
        *,
        rounds: int,
        seconds: float,
        warmup: float,
        repeats: int,
    ) -> None:
        self.tools = tools
        self.binary = binary
        self.layout = layout
        self.rounds = rounds
        self.seconds = seconds
        self.warmup = warmup
        self._repeats = repeats
        self.load = Load(tools, layout.client_cores)
        self.processes = Processes(folder / layout.name)
        self._peers: dict[str, Peer] = {}
        self._scope = ExitStack()

    def __enter__(self) -> "Bench":
        with ExitStack() as scope:
            # Caches are files in memory, as a server with enough memory would hold them.
            memory = Path("/dev/shm")
            self.shared = Path(
                tempfile.mkdtemp(
                    prefix="gateway-benchmark-", dir=memory if memory.is_dir() else None
                )
            )
            scope.callback(shutil.rmtree, self.shared, ignore_errors=True)
            scope.enter_context(self.processes)
            self.origin = Origin(self.processes, self.tools, cores=self.layout.client_cores)
            self.redis = Redis(self.processes, cores=self.layout.client_cores)
            self.pages = list(
                {workload.page.name: workload.page for workload in workloads.WORKLOADS}.values()
            )
            publish_forms(self.origin, self.pages)
            self._scope = scope.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._scope.close()

    def undisturbed(self, measure: Callable[[], T]) -> Measured[T]:
        """A measurement, repeated while others disturb it, and while there are repeats left."""
        attempts = min(_ATTEMPTS, 1 + self._repeats)
        measured = measure_undisturbed(measure, self.processes.cpu_seconds, attempts=attempts)
        self._repeats -= measured.repeats
        return measured

    def peer(self, name: str) -> Peer:
        """A peer, started when it is first needed."""
        if name not in self._peers:
            self._peers[name] = self._start_peer(name)
        return self._peers[name]

    def peer_processes(self) -> list[Process]:
        """Those of all peers that were started."""
        return [peer.process for peer in self._peers.values()]

    def _start_peer(self, name: str) -> Peer:
        common = (name, self.processes, self.shared, self.origin, self.layout)
        starts: Mapping[str, Callable[[], Peer]] = {
            workloads.FILE: lambda: start_nginx_file(*common),
            workloads.TUNED: lambda: start_nginx_ssi(*common, is_tuned=True),
            workloads.USUAL: lambda: start_nginx_ssi(*common, is_tuned=False),
            workloads.VARNISH: lambda: start_varnish(*common),
            workloads.ATS: lambda: start_trafficserver(*common, self.pages, is_streaming=False),
            workloads.ATS_STREAMING: lambda: start_trafficserver(
                *common, self.pages, is_streaming=True
            ),
        }
        try:
            return starts[name]()
        except FileNotFoundError as error:
            raise BenchmarkError(
                f"{name} cannot be started: {error}; run Benchmarks/install-peers"
            ) from error

    def peer_subject(
        self, name: str, page: Page, connections: int = 64, suffix: str = ""
    ) -> Subject:
        """A peer with a page."""
        peer = self.peer(name)
        whole = self.origin.whole(page)
        path = peer.path(page)

        def verify() -> None:
            require_page(name + suffix, get(peer.port, path, host=peer.host).body, whole)

        url = f"http://127.0.0.1:{peer.port}{path}"
        return Subject(name + suffix, peer.process, url, peer.host, verify, len(whole), connections)

    def gateway(
        self,
        name: str,
        pages: Mapping[str, Page],
        *,
        threads: int | None = None,
        redis: Redis | None = None,
        configuration: Mapping[str, Any] | None = None,
        templates: Mapping[str, str] | None = None,
    ) -> Gateway:
        """A gateway as the example's gateway.yaml has it: with Redis, sessions and identities."""
        site = Site(
            self.origin.url, pages, configuration=configuration or {}, templates=templates or {}
        )
        return Gateway(
            self.processes,
            self.binary,
            site,
            name=name,
            cores=self.layout.server_cores,
            threads=threads or self.layout.workers,
            redis=(redis or self.redis).url,
        )

    def gateway_subject(
        self, name: str, gateway: Gateway, page: Page, connections: int = 64, path: str = "/"
    ) -> Subject:
        """A gateway with a page that is the same for everybody, without a content coding."""
        whole = self.origin.whole(page)

        def verify() -> None:
            require_page(name, gateway.get(path).body, whole)

        return Subject(
            name, gateway.process, gateway.url(path), gateway.host, verify, len(whole), connections
        )

    def stop(self, gateways: Iterable[Gateway]) -> None:
        """Stops gateways that are no longer needed."""
        for gateway in gateways:
            status = self.processes.stop(gateway.process)
            # 0 is an end in order; a gateway that has to be killed, or falls, is worth to be told.
            if status != 0:
                print(
                    f"    the gateway in {gateway.folder} ended with status {status}",
                    file=sys.stderr,
                )
