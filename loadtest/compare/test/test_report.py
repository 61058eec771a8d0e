"""The page and the plots, from recorded runs."""

import json
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree as xml
from contextlib import redirect_stdout
from io import StringIO

from harness import cli, report, store, svg
from harness.failure import Failure
from harness.goals import GOALS, number

_RECORDED = pathlib.Path(__file__).with_name("recorded")


class ReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.setup_data, cls.records = store.read(_RECORDED)
        cls.texts = report.render(cls.setup_data, cls.records)
        cls.page = cls.texts["README.md"]

    def section(self, title):
        return next(part for part in self.page.split("\n## ") if part.startswith(title))

    def row(self, title, server):
        return next(line for line in self.section(title).splitlines() if line.startswith(f"| {server}"))

    def test_should_say_first_what_is_not_good(self):
        first = self.page.split("\n## ")[1]
        self.assertTrue(first.startswith("What is not good"))
        self.assertIn("Goal missed. CPU a message, kept-4k, to the floor: 1.5, goal at most 1.1.", first)
        self.assertIn(
            "Void. kept-4k, trial 1, round 2: the generator counted 100 accepted messages, the server 99", first
        )
        self.assertIn("go-smtp costs less CPU a message in kept-4k: 20 to 30 µs.", first)

    def test_should_give_ratios_of_the_same_round(self):
        # posthaste: 30 in round 1, void in round 2; smtp-sink 60 and 80; floor 20 and 20
        self.assertIn("| none | 30 | 0.5 | 1.5 |", self.row("kept-4k", "posthaste sink"))

    def test_should_carry_the_acknowledgement_level_in_each_row(self):
        self.assertIn("| fsync |", self.row("kept-4k", "Postfix"))

    def test_should_say_not_offered_instead_of_a_figure(self):
        self.assertIn("not offered: CHUNKING, PIPELINING", self.row("bdat-1k", "floor"))

    def test_should_say_when_a_rate_is_beyond_a_server(self):
        self.assertIn("cannot: saturates at 800 messages/s", self.row("latency-half", "Postfix"))

    def test_should_show_corrected_and_uncorrected_latency(self):
        row = self.row("latency-half", "posthaste sink")
        self.assertIn("| 400 | 0.5 | 300 |", row)
        self.assertIn("fell behind in 1 of 1", self.row("latency-half", "smtp-sink"))

    def test_should_hold_durable_mail_against_postfix_and_the_log_floor(self):
        # to Postfix 15 in round 1 and 9 in round 2, to the log floor 0.75 and 0.9
        row = self.row("durable-16", "posthaste serve, spool")
        self.assertIn("| 1,650 (1,500–1,800) | 12 (9–15) | 0.82 (0.75–0.9) | 500 | 1,000 | 0.23 (0.2–0.25) |", row)
        self.assertNotIn("smtp-sink", self.section("durable-16").split("|---")[-1])
        self.assertIn("rate-durable-16.svg", self.texts)
        self.assertIn("durable rate, 16 connections, to Postfix: 12, goal at least 10", self.page)

    def test_should_mark_where_the_generator_was_the_limit(self):
        self.assertIn("5,000 †", self.row("kept-4k", "floor"))
        self.assertIn("† the generator is the limit", self.section("kept-4k"))

    def test_should_list_system_calls(self):
        self.assertIn(
            "| 8.3 | 4.0 read, 4.0 write, 0.3 epoll_wait |", self.row("System calls", "kept-4k | posthaste sink")
        )

    def test_should_warn_of_figures_that_are_not_to_be_published(self):
        self.assertIn("**Not figures to publish:** a quick run", self.page)

    def test_should_warn_when_the_sources_changed_meanwhile(self):
        self.assertIn("the sources changed meanwhile: at the end they were 89abcde", self.page)

    def test_should_warn_when_the_end_is_missing(self):
        page = report.render(self.setup_data, self.records[:-1])["README.md"]
        self.assertIn("the comparison was cut off", page)

    def test_should_list_what_was_skipped_and_what_was_void(self):
        self.assertIn("haraka", self.section("Servers"))
        self.assertIn("the server 99", self.section("Void runs"))

    def test_should_draw_only_what_was_measured(self):
        drawn = sorted(name for name in self.texts if name.endswith(".svg"))
        self.assertEqual(["cpu-bdat-1k.svg", "cpu-kept-4k.svg", "idle.svg", "latency-half.svg", "rate-durable-16.svg"], drawn)
        for name in drawn:
            with self.subTest(name=name):
                root = xml.fromstring(self.texts[name])
                self.assertEqual("svg", root.tag.rpartition("}")[2])
                self.assertIn(f"![{name}]", self.page)

    def test_should_hold_every_goal_against_a_figure_or_say_that_there_is_none(self):
        first = self.section("What is not good")
        for goal in GOALS:
            with self.subTest(goal=goal.text):
                self.assertIn(goal.text, first)

    def test_should_come_out_the_same_again_from_the_raw_data(self):
        with tempfile.TemporaryDirectory() as directory:
            place = pathlib.Path(directory) / "out"
            with store.Store(place, self.setup_data) as raw:
                for record in self.records:
                    raw.append(record)
            with redirect_stdout(StringIO()):
                self.assertEqual(0, cli.main(["--report", str(place)]))
            self.assertEqual(self.page, (place / "README.md").read_text(encoding="utf-8"))


class SvgTest(unittest.TestCase):
    def test_should_place_marks_by_their_logarithm(self):
        rows = [svg.Row(str(value), (svg.Mark(value, value, value),)) for value in (1, 10, 100)]
        root = xml.fromstring(svg.dots("title", "axis", rows))
        x = [float(circle.get("cx")) for circle in root.iter("{http://www.w3.org/2000/svg}circle")]
        self.assertAlmostEqual(x[1] - x[0], x[2] - x[1], delta=0.2)
        self.assertGreater(x[1], x[0] + 50)

    def test_should_escape_labels(self):
        row = svg.Row("<&>", (svg.Mark(1, 1, 2),))
        self.assertIn("<&>", "".join(xml.fromstring(svg.dots("a < b", "axis", [row])).itertext()))


class NumberTest(unittest.TestCase):
    def test_should_show_the_digits_that_count(self):
        shown = [number(value) for value in (0.0671, 0.543, 1.183, 28.04, 1234.5)]
        self.assertEqual(["0.067", "0.54", "1.18", "28", "1,234"], shown)


class StoreTest(unittest.TestCase):
    def test_should_keep_a_run_at_once(self):
        with tempfile.TemporaryDirectory() as directory:
            place = pathlib.Path(directory) / "out"
            with store.Store(place, {"a": 1}) as raw:
                raw.append({"b": 2})
                self.assertEqual({"b": 2}, json.loads((place / "runs.jsonl").read_text()))

    def test_should_say_that_a_directory_holds_no_comparison(self):
        with self.assertRaises(Failure):
            store.read("/nowhere")
