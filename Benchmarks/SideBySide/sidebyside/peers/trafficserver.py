"""Apache Traffic Server with its ESI plugin."""

from collections.abc import Iterable
from pathlib import Path

from harness import Origin, Page, Processes, free_port

from .peer import Layout, Peer, fill
from .ready import is_listening


def start_trafficserver(
    name: str,
    processes: Processes,
    shared: Path,
    origin: Origin,
    layout: Layout,
    pages: Iterable[Page],
    *,
    is_streaming: bool,
) -> Peer:
    """Traffic Server as it comes, which holds pages back until they are whole, or streaming."""
    port = free_port()
    folder = shared / name.replace(" ", "-")
    for part in ("etc", "cache", "run", "log"):
        (folder / part).mkdir(parents=True)
    files: dict[str, dict[str, object]] = {
        "records.config": {"WORKERS": layout.workers, "PORT": port},
        "remap.config": {"PORT": port, "ORIGIN": origin.port},
        "plugin.config": {"FLUSHING": " --first-byte-flush" if is_streaming else ""},
        "storage.config": {"FOLDER": folder},
        "ip_allow.yaml": {},
    }
    for file, values in files.items():
        (folder / "etc" / file).write_text(fill(f"ats/{file}", values))
    # The plugin wants whole addresses, of Traffic Server itself, so its templates are its own.
    form = f"esi-ats/{port}"
    for page in pages:
        text = page.render(
            lambda part: f'<esi:include src="http://127.0.0.1:{port}{part.path()}"/>'
        )
        origin.publish({f"{form}/{page.name}": text})
    environment = {
        "PROXY_CONFIG_CONFIG_DIR": folder / "etc",
        "PROXY_CONFIG_LOCAL_STATE_DIR": folder / "run",
        "PROXY_CONFIG_LOG_LOGFILE_DIR": folder / "log",
    }
    process = processes.start(
        folder.name,
        ["traffic_server"],
        cores=layout.server_cores,
        environment={key: str(value) for key, value in environment.items()},
        ready=lambda: is_listening(port),
    )
    if layout.server_cores is not None:
        # Debian's build sets its threads' affinity itself.
        process.pin(layout.server_cores)
    return Peer(name, process, port, form)
