"""What the descriptors of a process are, so that one that was forgotten can be named."""

from __future__ import annotations

import collections
import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def kinds_of(pid: int, ports: Mapping[int, str], own_port: int) -> collections.Counter[str]:
    """The open descriptors of a process, counted by kind.

    A connection is called after the port of its other end, or "client" when its own end is
    `own_port`; every other descriptor is called what the kernel calls it. The kernel's table has no
    line for a connection that was reset.
    """
    sockets = socket_kinds(_lines(pid, "tcp"), ports, own_port)
    # The inode is the seventh word of a line of the table of unix sockets.
    sockets |= {line.split()[6]: "unix socket" for line in _lines(pid, "unix")}
    kinds: collections.Counter[str] = collections.Counter()
    for link in _links(pid):
        if link.startswith("socket:["):
            kinds[sockets.get(link[len("socket:[") : -1], "socket that is not connected")] += 1
        else:
            # "pipe:[5]" and "anon_inode:[eventpoll]", or a path.
            name, colon, detail = link.partition(":[")
            kinds[(detail.rstrip("]") if name == "anon_inode" else name) if colon else "file"] += 1
    return kinds


def socket_kinds(lines: Iterable[str], ports: Mapping[int, str], own_port: int) -> dict[str, str]:
    """The kind of each socket by its inode, from the lines of /proc/PID/net/tcp."""
    kinds = {}
    for line in lines:
        fields = line.split()
        local, remote = (int(address.rsplit(":", 1)[1], 16) for address in fields[1:3])
        state, inode = fields[3], fields[9]
        if state == "0A":
            kinds[inode] = "listener"
        elif local == own_port:
            kinds[inode] = "client"
        else:
            kinds[inode] = ports.get(remote, f"connection to port {remote}")
    return kinds


def _lines(pid: int, table: str) -> list[str]:
    return Path(f"/proc/{pid}/net/{table}").read_text(encoding="utf-8").splitlines()[1:]


def _links(pid: int) -> list[str]:
    links = []
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            links.append(os.readlink(entry.path))
        except FileNotFoundError:
            # Closed since the folder was read.
            continue
    return links
