"""nginx: pages of server-side includes, and assembled pages as files."""

from pathlib import Path

from harness import Origin, Process, Processes, free_port

from .peer import Layout, Peer, fill
from .ready import is_listening

_TUNED = "postpone_output 65536; output_buffers 2 8k;"


def start_nginx_ssi(
    name: str, processes: Processes, shared: Path, origin: Origin, layout: Layout, *, is_tuned: bool
) -> Peer:
    """nginx with SSI: as usual, streaming, or tuned for pages a second."""
    port = free_port()
    values = {"ORIGIN": origin.port, "BUFFERING": _TUNED if is_tuned else ""}
    process = _start(name, "nginx-ssi.conf", processes, shared, layout, port, values)
    return Peer(name, process, port, "ssi")


def start_nginx_file(
    name: str, processes: Processes, shared: Path, origin: Origin, layout: Layout
) -> Peer:
    """nginx with the assembled pages."""
    port = free_port()
    process = _start(
        name, "nginx-file.conf", processes, shared, layout, port, {"ROOT": origin.root}
    )
    return Peer(name, process, port, "whole")


def _start(
    name: str,
    template: str,
    processes: Processes,
    shared: Path,
    layout: Layout,
    port: int,
    values: dict[str, object],
) -> Process:
    folder = shared / name.replace(" ", "-")
    folder.mkdir()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        fill(template, {"WORKERS": layout.workers, "FOLDER": folder, "PORT": port, **values})
    )
    return processes.start(
        folder.name,
        ["nginx", "-c", configuration, "-p", folder, "-e", folder / "error.log"],
        cores=layout.server_cores,
        ready=lambda: is_listening(port),
    )
