"""The course of a comparison, with servers and runs that are made up."""

import unittest
from types import SimpleNamespace
from unittest import mock

from harness import profiles, trials
from harness.failure import Failure


class _Server:
    """Offers PIPELINING; smtp-sink saturates at 1000, everybody else at what the bench says."""

    def __init__(self, peer, port, cpu, meters):
        self.peer = peer
        self.port = port
        self.start_s = 0.1
        self.extensions = ["PIPELINING"]

    def __enter__(self):
        if self.peer.name == "broken":
            raise Failure("it did not start")
        return self

    def __exit__(self, *_):
        pass


class _Bench:
    def __init__(self, rates, voids=()):
        self._rates = rates
        self._voids = voids
        self.asked = []

    def warm_up(self, server, profile):
        pass

    def closed(self, server, profile):
        name = server.peer.name
        void = "a message was lost" if name in self._voids else None
        return {"rate": self._rates[name], "cpu_us_per_message": 10.0, "void": void}

    def open(self, server, profile, rate):
        self.asked.append((profile.name, server.peer.name, rate))
        latencies = {"corrected": {"p999": 1.0}}
        return {"rate": rate, "cpu_us_per_message": 10.0, "latency_us": latencies, "void": None}


class CourseTest(unittest.TestCase):
    def run_course(self, bench, names, wanted, trial_count=1, more=()):
        records = []
        plan = SimpleNamespace(
            peers=[SimpleNamespace(name=name, most_idle=None, acknowledgement="none") for name in names] + list(more),
            profiles=profiles.named(wanted),
            trials=trial_count,
            rounds=2,
            idle_connections=10,
            rate=0,
            port_base=1,
            server_cpu=0,
            is_strace=False,
            plain=None,
        )
        with mock.patch.object(trials, "Server", _Server):
            trials.Course(plan, bench, None, records.append, lambda text: None).run()
        return records

    def test_should_take_turns_forwards_and_backwards(self):
        bench = _Bench({"a": 10, "b": 10, "c": 10})
        records = self.run_course(bench, ["a", "b", "c"], ["kept-4k"], trial_count=2)
        turns = [(r["trial"], r["round"], r["peer"]) for r in records if r["kind"] == "load"]
        one = [(1, "a"), (1, "b"), (1, "c"), (2, "c"), (2, "b"), (2, "a")]
        self.assertEqual([(trial, *turn) for trial in (1, 2) for turn in one], turns)

    def test_should_leave_out_a_server_that_lacks_the_extension(self):
        records = self.run_course(_Bench({"a": 10}), ["a"], ["bdat-1k"])
        self.assertEqual(["start", "not_offered"], [r["kind"] for r in records])
        self.assertEqual(["CHUNKING"], records[1]["lacking"])

    def test_should_ask_for_durable_mail_only_those_that_promise_it(self):
        bench = _Bench({"a": 10, "b": 10})
        durable = SimpleNamespace(name="b", most_idle=None, acknowledgement="fsync")
        records = self.run_course(bench, ["a"], ["durable-16"], more=[durable])
        self.assertEqual({"b"}, {r["peer"] for r in records if r.get("profile") == "durable-16"})

    def test_should_record_a_server_that_does_not_start_and_go_on(self):
        records = self.run_course(_Bench({"a": 10}), ["broken", "a"], ["kept-4k"])
        self.assertEqual("it did not start", records[0]["void"])
        self.assertEqual({"a"}, {r["peer"] for r in records if r["kind"] == "load"})

    def test_should_keep_void_runs_apart_and_stop_after_two(self):
        records = self.run_course(_Bench({"a": 10, "b": 10}, voids=("b",)), ["a", "b"], ["kept-4k"], trial_count=2)
        self.assertEqual(2, len([r for r in records if r["peer"] == "b" and r["void"]]))
        self.assertEqual(4, len([r for r in records if r["peer"] == "a" and r["kind"] == "load"]))

    def test_should_ask_for_half_of_what_smtp_sink_reached(self):
        bench = _Bench({"smtp-sink": 1000, "fast": 5000, "slow": 540})
        records = self.run_course(bench, ["smtp-sink", "fast", "slow"], ["load-4k", "latency-half"])
        self.assertEqual({"smtp-sink": 500, "fast": 500}, {name: rate for _, name, rate in bench.asked})
        beyond = [r for r in records if r["kind"] == "beyond"]
        self.assertEqual([("slow", 500, 540)], [(r["peer"], r["requested_rate"], r["saturation"]) for r in beyond])

    def test_should_measure_no_latency_at_an_unknown_rate(self):
        bench = _Bench({"fast": 5000})
        self.run_course(bench, ["fast"], ["load-4k", "latency-half"])
        self.assertEqual([], bench.asked)
