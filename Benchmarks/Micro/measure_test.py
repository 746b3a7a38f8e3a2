"""Tests of what measures: `python3 -m unittest discover -s Benchmarks/Micro -p '*_test.py'`."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import measure
import report
import thresholds
from callgrind import (
    FACTOR,
    Benchmark,
    MeasureError,
    environment,
    parse_list,
    parse_total,
    per_iteration,
)

PROFILE = """# callgrind format
version: 1
creator: callgrind-3.19.0
cmd:  .run/benchmarks/benchmarks once page/8x2k --iterations 200
events: Ir

fn=(1) main
0 12

totals: 100248254
"""


def benchmark(name: str) -> Benchmark:
    return Benchmark(name, 10, f"what {name} is")


class CallgrindTests(unittest.TestCase):
    def test_total_is_read(self) -> None:
        self.assertEqual(parse_total(PROFILE), 100248254)

    def test_instructions_are_found_among_other_events(self) -> None:
        profile = PROFILE.replace("events: Ir", "events: Bc Ir").replace("totals: ", "totals: 7 ")
        self.assertEqual(parse_total(profile), 100248254)

    def test_file_without_total_is_refused(self) -> None:
        for part in ("totals: 100248254", "events: Ir"):
            with self.assertRaises(MeasureError):
                parse_total(PROFILE.replace(part, ""))

    def test_file_without_instructions_is_refused(self) -> None:
        with self.assertRaisesRegex(MeasureError, "Bc"):
            parse_total(PROFILE.replace("events: Ir", "events: Bc"))

    def test_start_and_preparation_do_not_count(self) -> None:
        start, each, iterations = 2_000_000, 31, 200
        few = start + each * iterations
        many = start + each * iterations * FACTOR
        self.assertEqual(per_iteration(few, many, iterations), each)

    def test_more_iterations_take_more(self) -> None:
        with self.assertRaises(MeasureError):
            per_iteration(5, 5, 1)

    def test_list_is_read(self) -> None:
        self.assertEqual(
            parse_list("page/a\t200\ta page\nroute/b\t5\ta route, found\n"),
            [Benchmark("page/a", 200, "a page"), Benchmark("route/b", 5, "a route, found")],
        )

    def test_other_list_is_refused(self) -> None:
        for line in ("page/a 200 a page", "page/a\tmany\ta page", "page/a\t200"):
            with self.assertRaises(MeasureError):
                parse_list(line)

    def test_nothing_of_the_session_reaches_the_program(self) -> None:
        session = {"LANG": "de_AT", "MALLOC_ARENA_MAX": "1", "PATH": "/bin"}
        with mock.patch.dict(os.environ, session):
            found = environment()
        self.assertNotIn("LANG", found)
        self.assertNotIn("MALLOC_ARENA_MAX", found)
        self.assertEqual(found["PATH"], "/bin")
        self.assertEqual(found["SWIFT_DETERMINISTIC_HASHING"], "1")
        self.assertIn("-ERMS", found["GLIBC_TUNABLES"].split("=")[1].split(","))


class ThresholdTests(unittest.TestCase):
    def test_within_the_tolerance_nothing_is_said(self) -> None:
        found = thresholds.compare({"a": 1000, "b": 1000}, {"a": 1050.0, "b": 950.0}, ["a", "b"])
        self.assertEqual(found, thresholds.Comparison([], []))

    def test_more_fails_with_old_new_and_percent(self) -> None:
        found = thresholds.compare({"a": 10_000}, {"a": 10_600.4}, ["a"])
        self.assertEqual(found.failures, ["a: 10,000 instructions became 10,600 (+6.0%)"])
        self.assertEqual(found.notes, [])

    def test_less_is_told_and_does_not_fail(self) -> None:
        found = thresholds.compare({"a": 10_000}, {"a": 5000.0}, ["a"])
        self.assertEqual(found.failures, [])
        self.assertEqual(found.notes, ["a: 10,000 instructions became 5,000 (-50.0%)"])

    def test_what_was_never_accepted_fails(self) -> None:
        self.assertEqual(len(thresholds.compare({}, {"a": 1.0}, ["a"]).failures), 1)

    def test_what_is_no_more_fails(self) -> None:
        found = thresholds.compare({"a": 1, "gone": 1}, {"a": 1.0}, ["a"])
        self.assertEqual(len(found.failures), 1)
        self.assertIn("gone", found.failures[0])

    def test_what_was_not_measured_is_not_judged(self) -> None:
        self.assertEqual(thresholds.compare({"a": 1, "b": 1}, {"a": 1.0}, ["a", "b"]).failures, [])

    def test_file_is_read_as_written(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "thresholds.json"
            self.assertEqual(thresholds.load(path), {})
            thresholds.save(path, {"b": 2, "a": 1, "gone": 3}, ["a", "b"])
            self.assertEqual(list(thresholds.load(path).items()), [("a", 1), ("b", 2)])

    def test_file_that_is_no_map_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "thresholds.json"
            for text in ("", "[]", "{}", '{"instructions": {"a": "many"}}'):
                path.write_text(text)
                with self.assertRaisesRegex(MeasureError, "--accept"):
                    thresholds.load(path)


class ReportTests(unittest.TestCase):
    ROWS = [
        report.Row(benchmark("page/a"), 27_191.4, 2210.2, 26_000),
        report.Row(benchmark("route/long-name"), 90.0, 8.6, None),
    ]

    def test_columns_stand_below_each_other(self) -> None:
        lines = report.terminal(self.ROWS).splitlines()
        self.assertEqual(len({len(line) for line in lines}), 1)
        self.assertIn("+4.6%", lines[1])
        self.assertIn("new", lines[2])

    def test_page_keeps_what_is_around_the_region(self) -> None:
        page = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
        table = report.markdown(self.ROWS)
        found = report.replace_region(page, table, Path("page.md"))
        self.assertTrue(found.startswith(f"before\n{report.BEGIN}\n| benchmark |"))
        self.assertTrue(found.endswith(f"{report.END}\nafter\n"))
        self.assertNotIn("old", found)
        self.assertIn("| `page/a` | what page/a is | 27,191 | 2,210 |", found)
        self.assertEqual(report.replace_region(found, table, Path("page.md")), found)

    def test_page_that_is_not_there_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(MeasureError, "No such file"):
                report.read_page(Path(folder) / "page.md")

    def test_page_without_the_region_is_refused(self) -> None:
        begin, end = report.BEGIN, report.END
        for page in ("", begin, end + begin, begin + begin + end):
            with self.assertRaises(MeasureError):
                report.replace_region(page, "", Path("page.md"))


class SelectionTests(unittest.TestCase):
    EVERY = [benchmark("page/a"), benchmark("page/ab"), benchmark("pages/c")]

    def test_names_and_stages_select(self) -> None:
        for names, expected in (
            ([], ["page/a", "page/ab", "pages/c"]),
            (["page"], ["page/a", "page/ab"]),
            (["page/a"], ["page/a"]),
            (["pages", "page/ab"], ["page/ab", "pages/c"]),
        ):
            self.assertEqual([one.name for one in measure.select(self.EVERY, names)], expected)

    def test_unknown_name_is_refused(self) -> None:
        with self.assertRaisesRegex(MeasureError, "pag'"):
            measure.select(self.EVERY, ["pag"])


if __name__ == "__main__":
    unittest.main()
