"""A Redis of a run's own."""

import socket
from collections.abc import Sequence
from pathlib import Path

from .ports import free_port
from .processes import Process, Processes


class Redis:
    """A running redis-server that keeps nothing on disk."""

    def __init__(
        self, processes: Processes, *, cores: Sequence[int] | None = None, port: int = 0
    ) -> None:
        self.port = port or free_port()
        command: list[str | Path] = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        command += ["--dir", processes.folder, "--save", "", "--appendonly", "no"]
        command += ["--maxmemory", "2gb", "--maxmemory-policy", "allkeys-lru"]
        self.process: Process = processes.start(
            f"redis-{self.port}", command, cores=cores, ready=self.answers
        )

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        try:
            return self.command("PING") == b"+PONG\r\n"
        except OSError:
            return False

    def command(self, line: str) -> bytes:
        """The beginning of the reply to an inline command."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(f"{line}\r\n".encode())
            return connection.recv(65536)
