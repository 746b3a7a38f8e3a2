"""The policies, on requests whose outcome can be told by hand."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eviction.policies import LRU, POLICIES, S3FIFO, WTinyLFU


def ask(policy, *keys, size=10):
    """Whether each of the keys was there, one after the other."""
    return [policy.request(key, size) for key in keys]


class AllPoliciesTests(unittest.TestCase):
    def test_what_was_asked_for_is_there_while_there_is_room(self):
        for make in POLICIES.values():
            self.assertEqual(ask(make(100), 1, 2, 1, 2, 3), [False, False, True, True, False])

    def test_the_budget_holds_and_is_counted_right(self):
        for make in POLICIES.values():
            source, policy = random.Random(7), make(20_000)
            sizes = [source.randint(1, 2_000) for _ in range(500)]
            for _ in range(20_000):
                key = min(int(source.paretovariate(0.7)), 499)
                policy.request(key, sizes[key])
                self.assertLessEqual(policy.used, 20_000)
            kept = sum(sizes[key] for key in range(500) if holds(policy, key))
            self.assertEqual(policy.used, kept)

    def test_what_is_larger_than_an_eighth_is_not_kept(self):
        for make in POLICIES.values():
            policy = make(80)
            self.assertEqual(ask(policy, 1, 1, size=11), [False, False])
            self.assertEqual(ask(policy, 2, 2, size=10), [False, True])


def holds(policy, key):
    """Whether a key is kept, without asking for it."""
    names = ("entries", "small", "main", "window", "probation", "protected")
    return any(key in getattr(policy, name, ()) for name in names)


class LRUTests(unittest.TestCase):
    def test_the_least_recently_used_leaves(self):
        policy = LRU(100)
        ask(policy, *range(10), 0, 10)
        self.assertTrue(holds(policy, 0))
        self.assertFalse(holds(policy, 1))

    def test_a_scan_takes_all(self):
        policy = LRU(100)
        ask(policy, *range(8), *range(8), *range(100, 110))
        self.assertFalse(any(holds(policy, key) for key in range(8)))


class S3FIFOTests(unittest.TestCase):
    def test_a_scan_leaves_what_was_used_twice(self):
        policy = S3FIFO(100)
        ask(policy, *range(8), *range(8), *range(8), *range(100, 130))
        self.assertTrue(all(holds(policy, key) for key in range(8)))

    def test_one_use_in_the_small_queue_is_not_enough(self):
        policy = S3FIFO(100)
        ask(policy, 0, 0, *range(1, 11))
        self.assertFalse(holds(policy, 0))

    def test_who_comes_back_soon_goes_to_the_main_queue(self):
        policy = S3FIFO(100)
        ask(policy, *range(11))
        self.assertIn(0, policy.ghosts)
        ask(policy, 0)
        self.assertIn(0, policy.main)

    def test_who_comes_back_late_begins_anew(self):
        policy = S3FIFO(100)
        ask(policy, *range(11 + S3FIFO.LEAST_WINDOW))
        ask(policy, 0)
        self.assertIn(0, policy.small)

    def test_each_use_is_a_round_in_the_main_queue(self):
        policy = S3FIFO(100)
        ask(policy, *range(11), 0, 1)
        ask(policy, 0)
        self.assertEqual(policy.frequency[0], 1)
        policy.small_budget = 100
        # As the small queue is within its share, the main queue gives: first 1, which was not used, then 0.
        ask(policy, 200)
        self.assertTrue(holds(policy, 0))
        self.assertFalse(holds(policy, 1))


class WTinyLFUTests(unittest.TestCase):
    def test_a_newcomer_has_to_be_asked_for_more_often_than_who_would_leave(self):
        policy = WTinyLFU(100)
        ask(policy, *range(9), *range(9))
        ask(policy, 50)
        self.assertFalse(holds(policy, 50))
        ask(policy, 50, 50)
        self.assertTrue(holds(policy, 50))

    def test_counts_are_halved(self):
        policy = WTinyLFU(100)
        ask(policy, *[1] * 15)
        self.assertEqual(policy.counts[1], 15)
        ask(policy, *range(1_000, 2_000))
        self.assertEqual(policy.counts[1], 7)


if __name__ == "__main__":
    unittest.main()
