"""What a benchmark writes into a document, and what it leaves alone."""

import sys
import unittest
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(BENCHMARKS / "Growth"), str(BENCHMARKS / "Harness")]

from harness import BenchmarkError

from growth.document import with_region

TEXT = (
    "# Speed\n\n<!-- growth:begin -->\nold\n<!-- growth:end -->\n\n"
    "<!-- soak:begin --><!-- soak:end -->\nThe end.\n"
)


class RegionTests(unittest.TestCase):
    def test_the_region_is_replaced_and_nothing_else(self):
        self.assertEqual(
            with_region(TEXT, "growth", "\nnew\n"), TEXT.replace("\nold\n", "\n\nnew\n\n")
        )

    def test_writing_twice_is_writing_once(self):
        once = with_region(TEXT, "soak", "figures")
        self.assertEqual(with_region(once, "soak", "figures"), once)

    def test_a_document_without_the_marks_is_refused(self):
        backwards = "<!-- growth:end --><!-- growth:begin -->"
        for text in ("", "<!-- growth:begin -->", backwards, TEXT + TEXT):
            with self.subTest(text=text), self.assertRaises(BenchmarkError):
                with_region(text, "growth", "new")


if __name__ == "__main__":
    unittest.main()
