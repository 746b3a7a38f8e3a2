"""Varnish with ESI. The open-source edition fetches includes one after another."""

from pathlib import Path

from harness import Origin, Processes, free_port

from .peer import Layout, Peer, fill
from .ready import is_listening


def start_varnish(
    name: str, processes: Processes, shared: Path, origin: Origin, layout: Layout
) -> Peer:
    """Varnish as it comes: its settings that were tried made no difference beyond noise."""
    port = free_port()
    folder = shared / name.replace(" ", "-")
    folder.mkdir()
    vcl = folder / "pages.vcl"
    vcl.write_text(fill("varnish.vcl", {"ORIGIN": origin.port}))
    command: list[str | Path] = ["varnishd", "-F", "-j", "none", "-s", "malloc,256m"]
    command += ["-n", folder / "work", "-f", vcl, "-a", f"127.0.0.1:{port}"]
    process = processes.start(
        folder.name,
        command,
        cores=layout.server_cores,
        ready=lambda: is_listening(port),
    )
    return Peer(name, process, port, "esi")
