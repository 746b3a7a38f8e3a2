"""Tests of what is printed and written down."""

import tempfile
import unittest
import zlib
from pathlib import Path

from harness import BenchmarkError, Machine
from sidebyside.peers.peer import fill
from sidebyside.report import (
    BEGIN,
    END,
    aligned,
    goal_table,
    markdown,
    markdown_report,
    replace_region,
)
from sidebyside.results import Outcome, Timing, Verdict
from sidebyside.runs.codings import level_6_size

OUTCOMES = [
    Outcome(
        "w",
        "a page",
        "pinned",
        timings=[Timing("gateway", 0.5, 1, 2000)],
        verdicts=[Verdict("first byte", 0.5, 2, False, "ms")],
    ),
    Outcome("v", "another", "pinned", not_measured="it is not there"),
]
MACHINE = Machine("CPU", 2, 24, "6.1", "none", "yes", "Debian", "1 May 2026")


class TableTests(unittest.TestCase):
    def test_columns_are_aligned(self) -> None:
        text = aligned([["server", "n"], ["a", "10"], ["bcdefgh", "9"]])
        self.assertEqual(
            text.splitlines(), ["  server    n", "  -------  --", "  a        10", "  bcdefgh   9"]
        )

    def test_bars_in_cells_are_escaped(self) -> None:
        self.assertEqual(markdown([["a|b"], ["c"]]), "| a\\|b |\n| --- |\n| c |")

    def test_goals_tell_what_is_met_and_what_was_not_measured(self) -> None:
        self.assertEqual(
            goal_table(OUTCOMES)[1:],
            [
                ["a page", "first byte", "≤ 2 ms", "0.50 ms", "yes", ""],
                ["another", "", "", "not measured, see there", "", ""],
            ],
        )

    def test_the_document_has_everything(self) -> None:
        text = markdown_report(OUTCOMES, MACHINE, {"nginx": "1.2"}, "3 rounds")
        for part in (
            "1 May 2026",
            "nginx 1.2",
            "3 rounds",
            "### A page (pinned)",
            "| gateway | 0.50 |",
            "Not measured: it is not there",
            "pictures/performance.svg",
        ):
            self.assertIn(part, text)


class RegionTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.document = Path(folder.name) / "Performance.md"

    def test_only_the_region_changes(self) -> None:
        self.document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
        replace_region(self.document, "new")
        self.assertEqual(self.document.read_text(), f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n")

    def test_a_document_without_the_marks_is_left_alone(self) -> None:
        for content in ("text", f"{END}\n{BEGIN}", f"{BEGIN}{BEGIN}{END}"):
            self.document.write_text(content)
            with self.assertRaises(BenchmarkError):
                replace_region(self.document, "new")
            self.assertEqual(self.document.read_text(), content)


class HelperTests(unittest.TestCase):
    def test_every_value_has_its_place_in_a_configuration(self) -> None:
        self.assertIn('.port = "9"', fill("varnish.vcl", {"ORIGIN": 9}))
        with self.assertRaises(BenchmarkError):
            fill("varnish.vcl", {"ORIGIN": 9, "NOWHERE": 1})
        with self.assertRaises(BenchmarkError):
            fill("varnish.vcl", {})

    def test_level_6_is_that_of_gzip(self) -> None:
        page = b"<p>the same words, the same words</p>" * 50
        self.assertEqual(
            level_6_size(page), len(zlib.compress(page, 6)) + 12
        )  # zlib's frame has 6 bytes, gzip's 18


if __name__ == "__main__":
    unittest.main()
