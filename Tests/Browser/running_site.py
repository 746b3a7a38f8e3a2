"""The whole site, started by Scripts/run on free ports with data of its own."""

import os
import select
import shutil
import signal
import socket
import subprocess
import time

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVICES = ["blog", "market", "cart", "events", "federation", "account"]


def free_ports(count):
    """The first of so many free ports in a row, below those that the system gives out by itself."""
    start = 20000 + os.getpid() % 9000
    for first in range(start, start + 2000, count):
        taken = []
        try:
            for port in range(first, first + count):
                probe = socket.socket()
                taken.append(probe)
                probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for probe in taken:
                probe.close()
    raise RuntimeError("there are no free ports on 127.0.0.1")


class Site:
    """Use as a context; `stopped_well` says afterwards whether everything ended in order."""

    def __init__(self):
        first = free_ports(3 + len(SERVICES))
        self.port = first
        self.admin_port = first + 1
        self.services_port = first + 3
        self.run_dir = os.path.join(PROJECT, ".run", "browser")
        self.stopped_well = None
        self._environment = dict(
            os.environ, PORT=str(first), ADMIN_PORT=str(first + 1), REDIS_PORT=str(first + 2),
            SERVICES_PORT=str(first + 3), RUN_DIR=self.run_dir)

    def url(self, service, path="/"):
        return f"http://{service}.localhost:{self.port}{path}"

    def __enter__(self):
        # Carts and orders of an earlier check would be in the way of this one.
        shutil.rmtree(self.run_dir, ignore_errors=True)
        os.makedirs(self.run_dir)
        self.process = subprocess.Popen(
            [os.path.join(PROJECT, "Scripts", "run")], cwd=PROJECT, env=self._environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        # Its standard output is empty until the site is ready, and is the list of addresses then. A release build
        # from nothing may come before.
        deadline = time.monotonic() + 1800
        shown = b""
        while shown.count(b"\n") < len(SERVICES):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            data = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            if not data:
                self.__exit__()
                raise RuntimeError("the site did not start; the reason is above")
            shown += data
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.stopped_well = self.process.wait(90) == 0
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            self.stopped_well = False
        self.process.stdout.close()
