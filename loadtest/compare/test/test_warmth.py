"""When a warm-up ends."""

import unittest

from harness.warmth import Warmth


class WarmthTest(unittest.TestCase):
    def runs_until_warm(self, figures, run_s=1, least_s=0, most_s=100):
        clock = [50.0]
        warmth = Warmth(least_s=least_s, most_s=most_s, now=lambda: clock[0])
        for number, figure in enumerate(figures, start=1):
            clock[0] += run_s
            if warmth.is_reached(figure):
                return number
        self.fail("not warm after all runs")

    def test_goes_on_while_runs_get_cheaper(self):
        self.assertEqual(7, self.runs_until_warm([90, 60, 41, 30, 25, 25, 24.9, 25]))

    def test_is_not_fooled_by_one_run_that_got_no_cheaper(self):
        self.assertEqual(6, self.runs_until_warm([90, 60, 61, 30, 31, 30, 30]))

    def test_a_slow_creep_counts_against_the_cheapest_run(self):
        self.assertEqual(5, self.runs_until_warm([100, 98, 96, 95, 94, 93]))

    def test_takes_its_least_time_even_if_the_figure_stands(self):
        self.assertEqual(10, self.runs_until_warm([10] * 20, least_s=10))

    def test_ends_at_its_limit_even_if_the_figure_falls(self):
        self.assertEqual(5, self.runs_until_warm([2.0**-n for n in range(20)], most_s=5))
