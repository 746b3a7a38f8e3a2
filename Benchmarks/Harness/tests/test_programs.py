"""Tests of the origin and the load client against each other."""

import base64
import json
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

from harness import Load, Origin, Part, Processes, build_tools, get


class Balance(HTMLParser):
    """Checks that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise AssertionError(f"</{tag}> closes nothing")


def token(subject: str) -> str:
    payload = json.dumps({"iss": "gateway", "sub": subject}, separators=(",", ":")).encode()
    return f"e30.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.c2ln"


class ProgramTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.tools = build_tools()
        cls.processes = Processes(Path(cls.folder.name) / "run")
        cls.processes.__enter__()
        cls.origin = Origin(cls.processes, cls.tools)
        cls.load = Load(cls.tools)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.processes.__exit__(None, None, None)
        cls.folder.cleanup()

    def test_content_has_the_size_asked_for_and_is_well_formed(self) -> None:
        for size in [*range(0, 20), 479, 480, 481, 899, 900, 1379, 1380, 1381, 2048, 5000, 100_000]:
            body = self.origin.fetch(f"/internal/fragments/card?n=1&size={size}")
            self.assertEqual(len(body), size)
            balance = Balance()
            balance.feed(body.decode())
            balance.close()
            self.assertEqual(balance.open, [], size)

    def test_content_is_the_same_for_the_same_address_alone(self) -> None:
        paths = [
            "card?n=1&size=900",
            "card?n=2&size=900",
            "menu?n=1&size=900",
            "card?n=1&size=900&v=2",
        ]
        bodies = [self.origin.fetch(f"/internal/fragments/{path}") for path in paths]
        self.assertEqual(len(set(bodies)), len(paths))
        self.assertEqual(self.origin.fetch("/internal/fragments/card?size=900&n=1"), bodies[0])

    def test_a_personal_fragment_is_another_one_for_each_subject(self) -> None:
        path = "/internal/fragments/badge?size=300&ttl=60&personal=1"
        answers = [
            get(self.origin.port, path, headers={"Gateway-Identity": token(s)})
            for s in ("a", "b", "a")
        ]
        self.assertEqual(answers[0].body, answers[2].body)
        self.assertNotEqual(answers[0].body, answers[1].body)
        self.assertEqual(answers[0].header("cache-control"), "private, max-age=60")
        self.assertEqual(get(self.origin.port, path).header("cache-control"), "max-age=60")

    def test_lifetimes_are_told(self) -> None:
        path = "/internal/fragments/card?ttl="
        self.assertEqual(get(self.origin.port, path + "0").header("cache-control"), "no-store")
        self.assertEqual(get(self.origin.port, path + "7").header("cache-control"), "max-age=7")

    def test_a_delay_holds_the_answer(self) -> None:
        answer = get(self.origin.port, Part("card", delay=80).path())
        self.assertGreaterEqual(answer.first_byte, 0.08)
        self.assertLess(answer.first_byte, 0.5)

    def test_bad_queries_and_unknown_paths_are_refused(self) -> None:
        for path, status in {
            "/internal/fragments/card?size=x": 400,
            "/internal/fragments/card?siez=1": 400,
            "/": 404,
            "/t/../../etc/passwd": 404,
            "/t/none": 404,
        }.items():
            self.assertEqual(get(self.origin.port, path).status, status, path)

    def test_published_files_are_served(self) -> None:
        self.origin.publish({"ssi/page": "<p>hello</p>"})
        self.assertEqual(self.origin.fetch("/t/ssi/page"), b"<p>hello</p>")

    def test_fragments_are_counted(self) -> None:
        self.origin.reset_count()
        self.load.run(
            self.origin.url + Part("card").path(), connections=3, requests=300
        ).require_clean("counting")
        # Each connection may have two more when the client stops: one that was answered beside the
        # last one, and one under way.
        self.assertIn(self.origin.count(), range(300, 307))

    def test_the_load_client_counts_failures_apart(self) -> None:
        result = self.load.run(
            self.origin.url + Part("card", fail=50).path(), connections=4, requests=400
        )
        self.assertEqual(result.requests + result.statuses["500"], 400)
        self.assertIn(result.requests, range(140, 260))
        self.assertEqual(result.bytes, result.requests * 2048)

    def test_an_open_loop_keeps_its_rate(self) -> None:
        result = self.load.run(
            self.origin.url + Part("card").path(), connections=4, seconds=1, rate=500
        )
        self.assertAlmostEqual(result.requests, 500, delta=15)

    def test_an_open_loop_charges_the_wait(self) -> None:
        # One connection serves 20 a second at most, so 40 a second wait longer and longer.
        result = self.load.run(
            self.origin.url + Part("card", delay=50).path(), connections=1, seconds=1, rate=40
        )
        self.assertGreater(result.p99, 300_000)
        self.assertGreater(result.late, 10)

    def test_paths_are_taken_in_turn_with_their_own_fields(self) -> None:
        paths = Path(self.folder.name) / "paths"
        badge = "/internal/fragments/badge?size=9&personal=1"
        paths.write_text(f"{badge}\tGateway-Identity: {token('a')}\n/t/missing\n")
        result = self.load.run(self.origin.url + "/", paths=paths, connections=1, requests=100)
        self.assertEqual((result.requests, result.statuses), (50, {"404": 50}))

    def test_connections_are_renewed(self) -> None:
        url = self.origin.url + Part("card").path()
        result = self.load.run(url, connections=2, requests=100, reconnect=7)
        self.assertEqual((result.requests, result.error_count), (100, 0))

    def test_a_port_without_server_is_told(self) -> None:
        other = Origin(self.processes, self.tools)
        self.processes.stop(other.process)
        result = self.load.run(other.url + "/", connections=1, seconds=0.2)
        self.assertEqual(result.requests, 0)
        self.assertGreater(result.connect_errors, 0)


if __name__ == "__main__":
    unittest.main()
