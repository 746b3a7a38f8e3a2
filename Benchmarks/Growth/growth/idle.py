"""Connections that have asked once and are kept open without another request."""

from __future__ import annotations

import socket

REQUEST = "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"


class IdleConnections:
    """So many of them, for as long as the context lasts."""

    # The load client's connections come from 127.0.0.1; other ports are free here.
    SOURCE = "127.0.0.2"

    def __init__(self, port: int, host: str, count: int) -> None:
        self._port = port
        self._request = REQUEST.format(host=host).encode()
        self._count = count
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> IdleConnections:
        try:
            for _ in range(self._count):
                self._sockets.append(self._ask_once())
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        for connection in self._sockets:
            connection.close()

    def _ask_once(self) -> socket.socket:
        connection = socket.create_connection(
            ("127.0.0.1", self._port), timeout=10, source_address=(self.SOURCE, 0)
        )
        connection.sendall(self._request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive(connection)
        head, _, body = received.partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ]
        if not head.startswith(b"HTTP/1.1 200 ") or len(lengths) != 1:
            raise RuntimeError(f"127.0.0.1:{self._port} gave no whole page: {head[:200]!r}")
        left = lengths[0] - len(body)
        while left > 0:
            left -= len(self._receive(connection))
        return connection

    def _receive(self, connection: socket.socket) -> bytes:
        piece = connection.recv(64 * 1024)
        if not piece:
            raise RuntimeError(f"127.0.0.1:{self._port} closed a connection within its answer")
        return piece
