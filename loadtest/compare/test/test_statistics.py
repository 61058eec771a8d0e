"""Medians, ratios and turns."""

import unittest

from harness import statistics


class StatisticsTest(unittest.TestCase):
    def test_should_give_median_least_and_most(self):
        self.assertEqual(statistics.Spread(3, 1, 9, 3), statistics.spread([9, 1, 3]))

    def test_should_take_the_middle_of_two(self):
        self.assertEqual(2.5, statistics.spread([2, 3]).median)

    def test_should_leave_out_what_is_missing(self):
        self.assertEqual(statistics.Spread(4, 4, 4, 1), statistics.spread([None, 4]))

    def test_should_have_no_spread_of_nothing(self):
        self.assertIsNone(statistics.spread([None]))

    def test_should_pair_figures_of_the_same_round_only(self):
        ours = {(1, 1): 10, (1, 2): 30, (2, 1): 7}
        theirs = {(1, 1): 20, (1, 2): 20, (2, 2): 1}
        self.assertEqual([0.5, 1.5], statistics.paired_ratios(ours, theirs))

    def test_should_not_divide_by_zero(self):
        self.assertEqual([], statistics.paired_ratios({1: 10}, {1: 0}))

    def test_should_turn_round_every_other_round(self):
        self.assertEqual(["a", "b", "c"], statistics.order("abc", 0))
        self.assertEqual(["c", "b", "a"], statistics.order("abc", 1))
