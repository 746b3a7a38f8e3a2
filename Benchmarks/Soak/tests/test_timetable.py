"""What stops starts again, within the soak."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.timetable import CYCLE, Event, timetable

ENDS = {
    Event.FLAKY_STOPS: Event.FLAKY_STARTS,
    Event.SLOW_HANGS: Event.SLOW_GOES_ON,
    Event.REDIS_STOPS: Event.REDIS_STARTS,
}


class TimetableTests(unittest.TestCase):
    def test_every_event_comes_in_each_cycle_in_order(self):
        table = timetable(20 * 60)
        self.assertEqual(table, sorted(table, key=lambda entry: entry[0]))
        for event in Event:
            self.assertEqual(sum(1 for _, other in table if other is event), 20, event)

    def test_what_stops_starts_again_within_the_soak(self):
        for seconds in (0, 59, 60, 100, 150, 1200):
            under_way = set()
            for time, event in timetable(seconds):
                self.assertLess(time, seconds)
                under_way.add(event)
                for start, end in ENDS.items():
                    if event is end:
                        self.assertIn(start, under_way)
                        under_way -= {start, end}
            self.assertFalse(under_way & ENDS.keys(), f"{seconds} s")

    def test_nothing_happens_in_less_than_a_cycle(self):
        self.assertEqual(timetable(CYCLE - 1), [])


if __name__ == "__main__":
    unittest.main()
