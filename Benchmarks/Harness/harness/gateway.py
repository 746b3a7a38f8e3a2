"""Gateways with a site made for a measurement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .http import Answer, get
from .page import Page
from .ports import free_port
from .processes import BenchmarkError, Process, Processes

# Any will do: each is as long as `openssl rand -hex 32` makes them.
_SESSION_KEY = "5e" * 32
_IDENTITY_SECRET = "1d" * 32


@dataclass
class Site:
    """What a gateway is to serve: pages of one service, and what else the configuration has."""

    upstream: str
    pages: Mapping[str, Page] = field(default_factory=dict)  # by their paths
    rules: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict
    )  # of `fragments`, before those of the parts
    templates: Mapping[str, str] = field(default_factory=dict)  # by their file names
    configuration: Mapping[str, Any] = field(
        default_factory=dict
    )  # merged into gateway.yaml, map by map
    service: str = "app"
    concurrency: int = 1024

    def gateway_yaml(
        self, port: int, admin: int, threads: int, redis: str | None
    ) -> dict[str, Any]:
        """All keys of gateway.yaml."""
        rules = {name: dict(rule) for name, rule in self.rules.items()}
        for page in self.pages.values():
            for part in page.parts:
                if part.personal:
                    rules.setdefault(f"{self.service}/{part.kind}", {"vary": ["user"]})
        own = {
            "listen": {
                "http": f"127.0.0.1:{port}",
                "admin": f"127.0.0.1:{admin}",
                "threads": threads,
            },
            "services": {
                self.service: {"upstream": self.upstream, "concurrency": self.concurrency}
            },
            "redis": {"url": redis} if redis else "off",
            "fragments": rules,
            "pages": [
                {"host": self.service, "path": path, "template": f"{page.name}.html"}
                for path, page in self.pages.items()
            ],
            "session": {"key": _SESSION_KEY},
            "identity": {"secret": _IDENTITY_SECRET},
        }
        return merged(own, self.configuration)

    def write(self, folder: Path, port: int, admin: int, threads: int, redis: str | None) -> Path:
        """Writes the templates and gateway.yaml, whose path it returns. JSON is YAML as well."""
        templates = folder / "Templates"
        templates.mkdir(parents=True, exist_ok=True)
        for page in self.pages.values():
            (templates / f"{page.name}.html").write_text(page.template(self.service))
        for name, text in self.templates.items():
            path = templates / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        yaml = folder / "gateway.yaml"
        yaml.write_text(json.dumps(self.gateway_yaml(port, admin, threads, redis), indent=2))
        return yaml


def merged(base: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """Both maps, `added` winning, and maps within them alike."""
    result = dict(base)
    for key, value in added.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            result[key] = merged(old, value)
        else:
            result[key] = value
    return result


class Gateway:
    """A running gateway."""

    def __init__(
        self,
        processes: Processes,
        binary: Path,
        site: Site,
        *,
        name: str = "gateway",
        cores: Sequence[int] | None = None,
        threads: int = 1,
        redis: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        if not binary.exists():
            raise BenchmarkError(f"there is no gateway at {binary}; build one with: make build")
        self.site = site
        self.port = free_port()
        self.admin_port = free_port()
        self.folder = processes.folder / name
        self.yaml = site.write(self.folder, self.port, self.admin_port, threads, redis)
        self.process: Process = processes.start(
            name,
            [binary, "serve", "--config", self.yaml],
            cores=cores,
            environment=environment,
            ready=self.is_ready,
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def host(self) -> str:
        """What browsers would name in `Host`."""
        return f"{self.site.service}.localhost:{self.port}"

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def is_ready(self) -> bool:
        try:
            return get(self.admin_port, "/ready", timeout=2).status == 200
        except OSError:
            return False

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One request, for an answer that is looked at."""
        return get(self.port, path, host=self.host, headers=headers)
