"""Processes that are started for a run and are all gone after it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from .proc import cpu_seconds, descriptor_count, memory, tree


class BenchmarkError(Exception):
    """A benchmark that cannot go on; the message says what is wrong and how to mend it."""


class Process:
    """A running program with its output in a log."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.popen = popen
        self.log = log

    @property
    def pid(self) -> int:
        return self.popen.pid

    def is_running(self) -> bool:
        return self.popen.poll() is None

    def tree(self) -> list[int]:
        """It and all that it started."""
        return tree(self.pid)

    def cpu_seconds(self) -> float:
        """Processor time so far, of the whole tree."""
        return sum(map(cpu_seconds, self.tree()))

    def rss(self) -> int:
        """Resident bytes of the whole tree; pages shared by two processes count twice."""
        return sum(memory(pid).rss for pid in self.tree())

    def pss(self) -> int:
        """Resident bytes of the whole tree; shared pages count once."""
        return sum(memory(pid).pss for pid in self.tree())

    def descriptors(self) -> int:
        """Open descriptors of the whole tree."""
        return sum(map(descriptor_count, self.tree()))

    def pin(self, cores: Sequence[int]) -> None:
        """Binds every thread of the tree, also where programs set their threads' cores."""
        for pid in self.tree():
            for task in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(task), cores)

    def last_lines(self, count: int = 15) -> str:
        """What a person needs to see when it did not do what it should."""
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return f"the last lines of {self.log}:\n" + "\n".join(f"    {line}" for line in lines)

    def await_ready(self, is_ready: Callable[[], bool], seconds: float = 20) -> None:
        """Waits until a question is answered with yes."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_running():
                raise BenchmarkError(f"{self.name} ended while starting; {self.last_lines()}")
            if time.monotonic() > deadline:
                raise BenchmarkError(
                    f"{self.name} was not ready after {seconds} s; {self.last_lines()}"
                )
            time.sleep(0.01)

    def stop(self, patience: float = 10) -> int:
        """Asks it to end, ends it for good when it does not, and tells the status."""
        if self.is_running():
            self.popen.terminate()
            try:
                self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                # Its own session, so this reaches nothing that was not started by it.
                os.killpg(self.pid, signal.SIGKILL)
        return self.popen.wait()


class Processes:
    """Starts processes, and stops them all, the last one first, when the scope ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[Process] = []

    def __enter__(self) -> "Processes":
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self.running:
            self.stop(self.running[-1])

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cores: Sequence[int] | None = None,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> Process:
        """Starts a program and waits until it is ready. It ends when this process does."""
        log = self.folder / f"{name}.log"
        # A second process of a name goes on in the first one's log.
        with log.open("ab") as output:
            popen = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *pinned(cores), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                cwd=cwd,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self.running.append(process)
        if ready is not None:
            process.await_ready(ready)
        return process

    def stop(self, process: Process) -> int:
        """Stops one of them now."""
        self.running.remove(process)
        return process.stop()

    def cpu_seconds(self) -> float:
        """Processor time so far of all that run."""
        return sum(process.cpu_seconds() for process in self.running)


def pinned(cores: Sequence[int] | None) -> list[str]:
    """The words before a command that bind it to cores."""
    return [] if cores is None else ["taskset", "--cpu-list", ",".join(map(str, cores))]
