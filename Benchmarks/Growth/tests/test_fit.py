"""The fit and its word, on costs whose shape is known."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from growth.fit import Shape, fit

SIZES = [2**power for power in range(9)]


def noisy(costs, share, seed=1):
    """The costs, each moved by up to a share of itself."""
    source = random.Random(seed)
    return [cost * (1 + source.uniform(-share, share)) for cost in costs]


class FitTests(unittest.TestCase):
    def test_a_line_is_found_again(self):
        found = fit(SIZES, [5 + 0.25 * size for size in SIZES])
        self.assertAlmostEqual(found.base, 5)
        self.assertAlmostEqual(found.slope, 0.25)
        self.assertEqual(found.shape, Shape.LINEAR)
        self.assertEqual(found.power, 1)

    def test_costs_that_hardly_rise_are_flat(self):
        found = fit(SIZES, noisy([10] * len(SIZES), 0.05))
        self.assertEqual(found.shape, Shape.FLAT)
        self.assertLess(abs(found.slope) * SIZES[-1], 1)

    def test_one_size_that_was_disturbed_is_no_growth(self):
        self.assertEqual(fit([1, 10, 100, 1000, 10_000], [13, 13, 13, 18, 14]).shape, Shape.FLAT)

    def test_a_noisy_line_stays_linear(self):
        for seed in range(50):
            costs = noisy([5 + 0.25 * size for size in SIZES], 0.08, seed)
            self.assertEqual(fit(SIZES, costs).shape, Shape.LINEAR, f"seed {seed}")

    def test_a_square_is_worse_than_linear_however_high_it_starts(self):
        for base in (0.1, 10, 1000):
            found = fit(SIZES, [base + 0.05 * size**2 for size in SIZES])
            self.assertEqual(found.shape, Shape.WORSE_THAN_LINEAR, f"base {base}")
            self.assertAlmostEqual(found.power, 2, delta=0.11)

    def test_a_logarithm_is_less_than_linear(self):
        found = fit([1000, 10_000, 100_000, 1_000_000], [8, 10, 12, 14])
        self.assertEqual(found.shape, Shape.LESS_THAN_LINEAR)
        self.assertAlmostEqual(found.rise, 14 / 8, delta=0.1)

    def test_what_falls_first_is_judged_from_its_lowest_point_on(self):
        found = fit([1, 10, 100, 1000, 10_000], [25, 14, 12, 12.5, 13])
        self.assertEqual(found.shape, Shape.FLAT)
        self.assertAlmostEqual(found.rise, 13 / 12, delta=0.05)
        self.assertEqual(fit([1, 10, 100, 1000, 10_000], [25, 12, 13, 22, 112]).shape, Shape.LINEAR)

    def test_what_only_falls_is_flat(self):
        found = fit([1, 10, 100, 1000], [40, 30, 20, 10])
        self.assertEqual(found.shape, Shape.FLAT)
        self.assertLess(found.rise, 1)

    def test_what_cannot_be_fitted_is_refused(self):
        for sizes, costs in (
            ([1], [1]),
            ([1, 2], [1]),
            ([2, 1], [1, 1]),
            ([1, 1], [1, 1]),
            ([1, 2], [0, 1]),
            ([0, 1], [1, 1]),
        ):
            with self.subTest(sizes=sizes, costs=costs), self.assertRaises(ValueError):
                fit(sizes, costs)


if __name__ == "__main__":
    unittest.main()
