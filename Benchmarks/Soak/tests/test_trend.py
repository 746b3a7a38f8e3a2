"""The robust slope and its bound."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.trend import Bound, theil_sen, trend


class TheilSenTests(unittest.TestCase):
    def test_a_line_has_its_slope(self):
        self.assertAlmostEqual(theil_sen([0, 10, 20, 30], [5, 8, 11, 14]), 0.3)

    def test_outliers_do_not_move_it_far(self):
        source = random.Random(7)
        times = list(range(100))
        values = [50 + 0.1 * time for time in times]
        for place in source.sample(range(100), 20):
            values[place] = 10_000
        self.assertAlmostEqual(theil_sen(times, values), 0.1, delta=0.05)

    def test_samples_of_one_moment_have_no_slope(self):
        with self.assertRaises(ValueError):
            theil_sen([3, 3], [1, 2])
        with self.assertRaises(ValueError):
            theil_sen([3], [1])

    def test_every_time_needs_a_value(self):
        with self.assertRaises(ValueError):
            theil_sen([1, 2], [1])


class TrendTests(unittest.TestCase):
    def test_noise_is_level_and_a_leak_is_not(self):
        source = random.Random(3)
        times = [10.0 * index for index in range(90)]
        noise = [40 + source.uniform(-2, 2) for _ in times]
        leak = [value + time * 0.005 for value, time in zip(noise, times)]
        bound = Bound(share=0.05, amount=0)
        self.assertTrue(trend(times, noise, bound).is_level)
        self.assertFalse(trend(times, leak, bound).is_level)

    def test_the_rise_is_over_the_judged_time(self):
        found = trend([100, 200, 300], [1, 2, 3], Bound(share=0.5, amount=0))
        self.assertAlmostEqual(found.rise, 2)
        self.assertAlmostEqual(found.allowed, 1)
        self.assertFalse(found.is_level)

    def test_an_amount_helps_small_figures(self):
        self.assertTrue(trend([0, 1, 2], [3, 4, 5], Bound(share=0.05, amount=4)).is_level)

    def test_what_falls_is_level(self):
        self.assertTrue(trend([0, 1, 2], [30, 20, 10], Bound(share=0.01, amount=0)).is_level)


if __name__ == "__main__":
    unittest.main()
