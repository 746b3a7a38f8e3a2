"""Tests of what is read of the machine and its processes, and of the guard against disturbances."""

import json
import os
import tempfile
import unittest
from pathlib import Path

from harness import LoadResult, measure_undisturbed
from harness.builds import is_stale
from harness.machine import CPUTimes, cpu_name, disturbance
from harness.proc import TICK, parse_rollup, parse_stat


class ParsingTests(unittest.TestCase):
    def test_a_process_name_may_hold_anything(self) -> None:
        fields = parse_stat("12 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 70 30 0 0 20\n")
        self.assertEqual((fields[0], fields[1], fields[11], fields[12]), ("S", "1", "70", "30"))

    def test_memory_is_in_bytes(self) -> None:
        text = "5500-7ff0 ---p 0000 00:00 0 [rollup]\nRss:     100 kB\nPss:      40 kB\n"
        self.assertEqual(parse_rollup(text), {"Rss": 102400, "Pss": 40960})

    def test_busy_time_is_without_idle_iowait_and_steal(self) -> None:
        times = CPUTimes.parse("cpu  100 10 50 9999 77 3 2 5 0 0\ncpu0 1 2 3\n")
        self.assertAlmostEqual(times.busy, 165 * TICK)
        self.assertAlmostEqual(times.steal, 5 * TICK)

    def test_a_short_processor_name_comes_with_its_family(self) -> None:
        info = "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n"
        self.assertEqual(cpu_name(info), "AMD EPYC (family 25, model 17)")

    def test_the_load_clients_json_is_read(self) -> None:
        errors = {
            "status": {"500": 2},
            "connect": 1,
            "reset": 0,
            "timeout": 0,
            "short": 0,
            "late": 4,
        }
        latency = {"p50": 1, "p90": 2, "p99": 3, "p999": 4, "max": 5}
        value = {
            "requests": 9,
            "bytes": 90,
            "seconds": 1.5,
            "rate": 6.0,
            "connections": 1,
            "cpu": 0.5,
        }
        text = json.dumps({**value, "errors": errors, "latency_us": latency})
        result = LoadResult.parse(text)
        self.assertEqual(
            (result.requests, result.error_count, result.late, result.p99), (9, 3, 4, 3)
        )


class GuardTests(unittest.TestCase):
    def test_what_is_measured_is_not_foreign(self) -> None:
        before, after = CPUTimes(busy=100, steal=3), CPUTimes(busy=106, steal=4)
        self.assertEqual(disturbance(before, after, used=4, seconds=2), (1.0, 0.5))
        self.assertEqual(disturbance(before, after, used=6.01, seconds=2), (0.0, 0.5))

    def test_a_disturbed_measurement_is_repeated_and_the_best_one_kept(self) -> None:
        calls = []

        def measure() -> int:
            calls.append(1)
            return len(calls)

        # Less than nothing is never reached.
        measured = measure_undisturbed(measure, lambda: 0.0, limit=-1, attempts=3)
        self.assertEqual(len(calls), 3)
        self.assertFalse(measured.is_clean)
        self.assertEqual(measured.repeats, 2)


class BuildTests(unittest.TestCase):
    def test_a_product_is_stale_when_it_is_missing_or_older(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            source, product = Path(name, "a.c"), Path(name, "a")
            source.touch()
            self.assertTrue(is_stale(product, [source]))
            product.touch()
            os.utime(product, ns=(10, 10))
            os.utime(source, ns=(20, 20))
            self.assertTrue(is_stale(product, [source]))
            os.utime(source, ns=(5, 5))
            self.assertFalse(is_stale(product, [source]))


if __name__ == "__main__":
    unittest.main()
