"""What passes the soak and what does not."""

import collections
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.verdict import Sample, descriptors_finding, judged, levels, surprises_finding


def samples(count=120, **rises):
    """Samples every 10 s, whose named figures rise by so much in all."""
    start = {"rss": 40 << 20, "descriptors": 200, "p50_us": 300, "p99_us": 4000}
    return [
        Sample(
            seconds=10.0 * index,
            pss=30 << 20,
            cpu=0.2,
            requests=20_000,
            outcomes={"200": 20_000},
            **{
                name: int(value + rises.get(name, 0) * index / count)
                for name, value in start.items()
            },
        )
        for index in range(count)
    ]


class JudgedTests(unittest.TestCase):
    def test_a_long_soak_is_judged_from_the_fifth_minute_on(self):
        self.assertEqual(judged(samples(), 1200)[0].seconds, 300)

    def test_a_short_one_from_its_first_quarter_on(self):
        self.assertEqual(judged(samples(12), 120)[0].seconds, 30)


class LevelTests(unittest.TestCase):
    def test_what_stays_is_level(self):
        self.assertTrue(all(found.is_level for found in levels(samples()).values()))

    def test_each_figure_that_rises_is_told(self):
        for name, rise in (
            ("rss", 6 << 20),
            ("descriptors", 40),
            ("p50_us", 400),
            ("p99_us", 5000),
        ):
            found = levels(samples(**{name: rise}))
            with self.subTest(name=name):
                self.assertEqual(
                    [other for other, trend in found.items() if not trend.is_level], [name]
                )


class DescriptorTests(unittest.TestCase):
    before = collections.Counter({"listener": 1, "file": 5, "upstream": 2})

    def test_kept_connections_may_stay(self):
        after = collections.Counter({"listener": 1, "file": 5, "upstream": 66})
        self.assertTrue(descriptors_finding(self.before, after, {"upstream": 64}).is_well)

    def test_what_is_left_is_named(self):
        after = collections.Counter({"listener": 1, "file": 5, "upstream": 67, "client": 3})
        found = descriptors_finding(self.before, after, {"upstream": 64})
        self.assertFalse(found.is_well)
        self.assertEqual(found.text, "3 more of 'client', 65 more of 'upstream'")


class SurpriseTests(unittest.TestCase):
    def test_none_is_well(self):
        self.assertTrue(surprises_finding({"HEAD": 0}, {}).is_well)

    def test_each_kind_is_told_with_its_examples(self):
        found = surprises_finding({"HEAD": 2, "form": 0}, {"HEAD": ["status 502", "status 502"]})
        self.assertFalse(found.is_well)
        self.assertEqual(found.text, "2 × HEAD: status 502")


if __name__ == "__main__":
    unittest.main()
