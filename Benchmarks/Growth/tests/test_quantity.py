"""Figures as a person reads them."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from growth.quantity import Unit, bytes_text, size_text


class QuantityTests(unittest.TestCase):
    def test_times_take_the_unit_that_suits_them(self):
        for value, text in (
            (0.0123, "12.3 ns"),
            (0.25, "250 ns"),
            (1, "1.00 µs"),
            (9.996, "10.0 µs"),
            (250, "250 µs"),
            (999.6, "1.00 ms"),
            (12_345, "12.3 ms"),
            (2_500_000, "2.50 s"),
            (-0.25, "-250 ns"),
        ):
            with self.subTest(value=value):
                self.assertEqual(Unit.MICROSECONDS.text(value), text)

    def test_bytes_count_in_steps_of_1024(self):
        for value, text in (
            (12.34, "12.3 B"),
            (900, "900 B"),
            (1536, "1.50 KB"),
            (1 << 30, "1.00 GB"),
        ):
            with self.subTest(value=value):
                self.assertEqual(Unit.BYTES.text(value), text)

    def test_sizes(self):
        self.assertEqual(size_text(1_000_000), "1,000,000")
        for size, text in (
            (256, "256 B"),
            (1024, "1 KB"),
            (1500, "1500 B"),
            (65536, "64 KB"),
            (1 << 20, "1 MB"),
        ):
            with self.subTest(size=size):
                self.assertEqual(bytes_text(size), text)


if __name__ == "__main__":
    unittest.main()
