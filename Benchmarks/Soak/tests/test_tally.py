"""What counts as a surprise."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.tally import EXAMPLES, Kind, Tally

PAGES = Kind.of("pages", 200)
FAILING = Kind.of("failing", 200, 503)


class TallyTests(unittest.TestCase):
    def test_a_status_is_a_surprise_for_those_who_do_not_expect_it(self):
        tally = Tally()
        tally.answered(PAGES, 200, 10)
        tally.answered(FAILING, 503, 4)
        self.assertFalse(tally.surprises.total())
        tally.answered(PAGES, 503, 2)
        self.assertEqual(tally.surprises, {"pages": 2})
        self.assertEqual(tally.examples["pages"], ["status 503"])
        self.assertEqual(tally.by_status(), {"200": 10, "503": 6})

    def test_what_is_broken_is_always_a_surprise(self):
        tally = Tally()
        for _ in range(2 * EXAMPLES):
            tally.broke(FAILING, "cut short")
        self.assertEqual(tally.surprises["failing"], 2 * EXAMPLES)
        self.assertEqual(tally.examples["failing"], ["cut short"] * EXAMPLES)

    def test_who_leaves_is_none(self):
        tally = Tally()
        tally.went(PAGES, "left")
        self.assertFalse(tally.surprises.total())
        self.assertEqual(tally.by_status(), {"left": 1})


if __name__ == "__main__":
    unittest.main()
