"""The traces: the same each time, and as skewed, scanned and shifted as they say."""

import sys
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eviction.policies import LRU
from eviction.traces import LARGEST, SCAN_INTERVAL, SCAN_LENGTH, SMALLEST, Trace, hit_ratio


class TraceTests(unittest.TestCase):
    def test_a_trace_is_the_same_each_time(self):
        trace = Trace("a", 0.9, 100, 1_000)
        self.assertEqual(list(trace), list(trace))
        self.assertNotEqual(list(trace), list(Trace("a", 0.9, 100, 1_000, seed=2)))

    def test_sizes_are_within_their_bounds_and_spread(self):
        sizes = Trace("a", 1, 10_000, 1).sizes()
        self.assertGreaterEqual(min(sizes), SMALLEST)
        self.assertLessEqual(max(sizes), LARGEST)
        below_four, below_two = (sum(size < limit for size in sizes) for limit in (4_096, 2_048))
        below_one = sum(size < 1_024 for size in sizes)
        self.assertAlmostEqual((below_four - below_two) / (below_two - below_one), 1, delta=0.15)

    def test_the_ranks_follow_the_skew(self):
        counts = Counter(key for key, _ in Trace("a", 1, 1_000, 50_000)).most_common()
        self.assertAlmostEqual(counts[0][1] / counts[9][1], 10, delta=2)

    def test_a_scan_asks_for_what_nobody_else_does_and_does_not_count(self):
        requests = list(Trace("a", 1, 100, SCAN_INTERVAL, has_scans=True))
        scanned = [key for key, counts in requests if not counts]
        self.assertEqual(scanned, list(range(100, 100 + SCAN_LENGTH)))
        self.assertEqual(len(requests), SCAN_INTERVAL + SCAN_LENGTH)

    def test_a_shift_makes_other_things_popular(self):
        requests = [key for key, _ in Trace("a", 1.2, 1_000, 20_000, has_shift=True)]
        before, after = (
            {key for key, _ in Counter(half).most_common(10)} for half in (requests[:10_000], requests[10_000:])
        )
        self.assertLess(len(before & after), 5)

    def test_the_warm_up_does_not_count(self):
        trace = [(1, True), (2, True), (1, True), (2, False)]
        self.assertEqual(hit_ratio(LRU(800), trace, [10, 10, 10], warm_up=0.5), 1)
        self.assertAlmostEqual(hit_ratio(LRU(800), trace, [10, 10, 10], warm_up=0), 1 / 3)


if __name__ == "__main__":
    unittest.main()
