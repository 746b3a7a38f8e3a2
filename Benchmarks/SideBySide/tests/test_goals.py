"""Tests of rows, goals and the table of workloads."""

import unittest
from dataclasses import replace

from harness import BenchmarkError
from sidebyside import runs
from sidebyside.goals import Limit, Ratio, judge
from sidebyside.results import Row, Sample, Verdict
from sidebyside.workloads import WORKLOADS

SAMPLE = Sample(
    rate=100,
    p50_ms=1,
    p99_ms=2,
    server_us=10,
    server_cores=1,
    client_cores=0.5,
    origin_per_page=0,
    rss_mb=40,
    foreign=0,
    is_clean=True,
)


def row(subject: str, rate: float) -> Row:
    return Row.of(subject, [replace(SAMPLE, rate=rate)])


class RowTests(unittest.TestCase):
    def test_a_row_has_the_medians_and_the_worst_of_what_has_to_be_bounded(self) -> None:
        samples = [
            replace(SAMPLE, rate=90, rss_mb=41),
            replace(SAMPLE, rate=100, foreign=0.3, is_clean=False),
            replace(SAMPLE, rate=120),
        ]
        found = Row.of("x", samples)
        self.assertEqual(
            (found.rate, found.rss_mb, found.foreign, found.is_clean), (100, 41, 0.3, False)
        )
        self.assertAlmostEqual(found.spread, 0.15)

    def test_a_busy_client_beside_an_idle_server_is_the_limit(self) -> None:
        self.assertTrue(
            Row.of("x", [replace(SAMPLE, client_cores=0.99, server_cores=0.7)]).is_client_bound
        )
        self.assertFalse(
            Row.of("x", [replace(SAMPLE, client_cores=0.99, server_cores=1.0)]).is_client_bound
        )
        self.assertFalse(Row.of("x", [SAMPLE]).is_client_bound)


class JudgeTests(unittest.TestCase):
    def test_ratios_are_of_the_first_row(self) -> None:
        rows = [row("gateway", 200), Row.of("peer", [replace(SAMPLE, rate=50, server_us=20)])]
        (verdict,) = judge([Ratio("peer", 4)], rows, {})
        self.assertEqual((verdict.value, verdict.is_met, verdict.cpu_ratio), (4, True, 2))
        (verdict,) = judge([Ratio("peer", 4.1)], rows, {})
        self.assertFalse(verdict.is_met)

    def test_limits_hold_from_above_or_from_below(self) -> None:
        self.assertTrue(judge([Limit("time", 22, "ms")], [], {"time": 22})[0].is_met)
        self.assertFalse(judge([Limit("time", 22, "ms")], [], {"time": 22.1})[0].is_met)
        self.assertFalse(
            judge([Limit("speed", 1.8, "×", is_at_least=True)], [], {"speed": 1.7})[0].is_met
        )

    def test_a_goal_about_nothing_measured_is_an_error(self) -> None:
        with self.assertRaises(BenchmarkError):
            judge([Ratio("nobody", 1)], [row("gateway", 1)], {})

    def test_verdicts_say_what_they_want(self) -> None:
        self.assertEqual(Verdict("time", 21.456, 22, False, "ms").goal_text, "≤ 22 ms")
        self.assertEqual(Verdict("time", 21.456, 22, False, "ms").value_text, "21.46 ms")


class WorkloadTests(unittest.TestCase):
    def test_names_are_told_apart(self) -> None:
        names = [workload.name for workload in WORKLOADS]
        self.assertEqual(len(set(names)), len(names))

    def test_pages_of_one_name_are_one_page(self) -> None:
        pages: dict[str, object] = {}
        for workload in WORKLOADS:
            self.assertEqual(pages.setdefault(workload.page.name, workload.page), workload.page)

    def test_ratios_against_peers_name_those_that_are_measured(self) -> None:
        for workload in WORKLOADS:
            if workload.run is not runs.with_peers:
                continue
            for goal in workload.goals:
                self.assertIsInstance(goal, Ratio)
                self.assertIn(goal.against, workload.peers, workload.name)


if __name__ == "__main__":
    unittest.main()
