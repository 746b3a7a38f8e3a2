"""A gateway with one page that is put together at random, and the service of its fragments."""

import http.client
import json
import os
import random
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from running_site import PROJECT, free_ports

FRAGMENTS = 30
# What takes this long is sent as it comes, after all that stands before it.
SLOW_SECONDS = 0.3
WORDS = "rose ash market basket bread ledger harvest été café 市場 <b>bold</b> <i>x</i> &amp; <p>\n</p>".split(" ")


class _Fragments(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        if name.startswith("slow"):
            time.sleep(SLOW_SECONDS)
        body = self.server.bodies.get(name)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store" if name.startswith("slow") else "max-age=600")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


class RandomSite:
    """Use as a context; the same seed gives the same site."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.port = free_ports(1)
        self._bodies = {f"f{n}": self._markup() for n in range(FRAGMENTS)}
        self._bodies["slow"] = b"<p>late</p>" * 50

    def _markup(self):
        text = " ".join(self.random.choice(WORDS) for _ in range(self.random.randrange(1, 3000)))
        return text.encode()

    def choices(self, count):
        """Paths, each of which shows other fragments, some of them personal or late."""
        def one():
            names = [f"q{n}=1" for n in range(FRAGMENTS) if self.random.random() < 0.3]
            names += [f"c{n}=1" for n in range(0, FRAGMENTS, 6) if self.random.random() < 0.3]
            names += ["slow=1"] if self.random.random() < 0.2 else []
            return "/?" + "&".join(names)
        return [one() for _ in range(count)]

    def url(self, path="/"):
        return f"http://app.localhost:{self.port}{path}"

    def plain(self, path, cookie):
        """The page as it is sent to a client that accepts no coding."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Host": f"app.localhost:{self.port}", "Cookie": cookie})
            return connection.getresponse().read()
        finally:
            connection.close()

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self._origin = ThreadingHTTPServer(("127.0.0.1", 0), _Fragments)
        self._origin.bodies = self._bodies
        threading.Thread(target=self._origin.serve_forever, daemon=True).start()
        template = "<!doctype html><html lang=\"en\"><head><title>Random</title></head><body>\n"
        for n in range(FRAGMENTS):
            template += f"<div>{n}</div>{{% if query.q{n} %}}{{% fragment \"app/f{n}\" %}}{{% endif %}}\n"
            if n % 6 == 0:
                template += f"{{% if query.c{n} %}}<form method=\"post\">{{% csrf %}}</form>{{% endif %}}\n"
            if n == FRAGMENTS // 2:
                template += "{% if query.slow %}{% fragment \"app/slow\" %}{% endif %}\n"
        os.makedirs(os.path.join(self._folder.name, "Templates"))
        with open(os.path.join(self._folder.name, "Templates", "page.html"), "w", encoding="utf-8") as file:
            file.write(template + "</body></html>\n")
        configuration = os.path.join(self._folder.name, "gateway.yaml")
        with open(configuration, "w", encoding="utf-8") as file:
            json.dump({
                "listen": {"http": f"127.0.0.1:{self.port}", "admin": "off"}, "redis": "off",
                "services": {"app": {"upstream": f"http://127.0.0.1:{self._origin.server_port}"}},
                # On a busy machine a part that came too late would be missing, from one answer and not from the other.
                "fragments": {"*": {"timeout": "20s"}}, "limits": {"page-budget": "20s"},
                "pages": [{"host": "app", "path": "/", "template": "page.html"}],
                "session": {"key": "5e" * 32},
            }, file)
        build = os.environ.get("CONFIGURATION", "release")
        self._gateway = subprocess.Popen(
            [os.path.join(PROJECT, ".build", build, "gateway"), "serve", "--config", configuration],
            stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.plain("/", "")
                return self
            except OSError:
                if self._gateway.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    raise RuntimeError("the gateway did not start; the reason is above") from None
                time.sleep(0.02)

    def __exit__(self, *_):
        self._gateway.terminate()
        self._gateway.wait(60)
        self._origin.shutdown()
        self._origin.server_close()
        self._folder.cleanup()
