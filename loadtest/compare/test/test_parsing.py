"""What is read from the system and from programs, by recorded text."""

import pathlib
import unittest

from harness import dialogue, generators, meters, proc, syscalls
from harness.failure import Failure
from harness.idle import is_whole

STRACE = """\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 48.77    0.043512           2     20118         2 read
 45.63    0.040705           2     20020           write
  5.60    0.005000           5      1000           epoll_wait
------ ----------- ----------- --------- --------- ----------------
100.00    0.089217           2     41138         2 total
"""

ROLLUP = """\
55d0c8a00000-7ffd1c3f9000 ---p 00000000 00:00 0                          [rollup]
Rss:               51234 kB
Pss:               40321 kB
Pss_Dirty:         30000 kB
"""

V1_MOUNTS = """\
proc /proc proc rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
"""
V1_OWN = "9:name=systemd:/\n2:cpu,cpuacct:/user/a\n0::/user/b\n"


class SyscallsTest(unittest.TestCase):
    def test_should_count_calls_with_and_without_errors(self):
        self.assertEqual({"read": 20118, "write": 20020, "epoll_wait": 1000}, syscalls.parse_summary(STRACE))

    def test_should_find_nothing_in_an_empty_table(self):
        self.assertEqual({}, syscalls.parse_summary(""))


class ProcTest(unittest.TestCase):
    def test_should_read_a_stat_whose_name_holds_parentheses_and_spaces(self):
        stat = "42 (a) S 7 (b) R 5 42 42 0 -1 4194304 100 0 0 0 11 22 3 4 20 0 1 0 100 0 0"
        self.assertEqual(proc.Stat(parent=5, ticks=11 + 22 + 3 + 4), proc.parse_stat(stat))

    def test_should_read_rss_and_pss(self):
        self.assertEqual(proc.Memory(51234, 40321), proc.parse_rollup(ROLLUP))


class MetersTest(unittest.TestCase):
    def test_should_find_both_groups_of_ours(self):
        first, second = meters.group_directories(V1_MOUNTS, V1_OWN)
        self.assertEqual(pathlib.Path("/sys/fs/cgroup/cpu,cpuacct/user/a"), first)
        self.assertEqual(pathlib.Path("/sys/fs/cgroup/unified/user/b"), second)

    def test_should_find_only_the_unified_group(self):
        mounts = "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n"
        self.assertEqual(
            (None, pathlib.Path("/sys/fs/cgroup/s.scope")), meters.group_directories(mounts, "0::/s.scope\n")
        )

    def test_should_undo_the_escapes_of_a_mount_point(self):
        mounts = "cgroup2 /sys/fs/a\\040b cgroup2 rw 0 0\n"
        self.assertEqual(pathlib.Path("/sys/fs/a b"), meters.group_directories(mounts, "0::/\n")[1])

    def test_should_fall_back_to_proc_where_no_group_can_be_written(self):
        chosen = meters.Meters.choose("cgroup2 /nowhere cgroup2 rw 0 0\n", "0::/\n")
        self.assertIn("/proc/PID/stat", chosen.description)
        self.assertIsInstance(chosen.meter("any"), meters.ProcMeter)

    def test_should_read_microseconds_of_version_2(self):
        self.assertEqual(1234567, meters.parse_cpu_stat("usage_usec 1234567\nuser_usec 1\nsystem_usec 2\n"))

    def test_should_refuse_a_stat_without_usage(self):
        with self.assertRaises(Failure):
            meters.parse_cpu_stat("user_usec 1\n")


class DialogueTest(unittest.TestCase):
    def test_should_take_keywords_and_not_the_name(self):
        lines = ["250-PIPELINING.example says hello", "250-SIZE 1000", "250-chunking", "250 PIPELINING"]
        self.assertEqual(["CHUNKING", "PIPELINING", "SIZE"], dialogue.parse_extensions(lines))

    def test_should_read_the_count_of_accepted_messages(self):
        lines = [
            "211-2.0.0 up 3 s",
            "211-2.0.0 connections 1 of 20000, accepted 9",
            "211 2.0.0 messages accepted 52, failed 0",
        ]
        self.assertEqual(52, dialogue.parse_accepted(lines))

    def test_should_refuse_a_status_without_the_count(self):
        with self.assertRaises(Failure):
            dialogue.parse_accepted(["211 2.0.0 Posthaste is in service"])


class IdleTest(unittest.TestCase):
    def test_should_know_when_a_reply_is_whole(self):
        for reply, whole in (
            (b"", False),
            (b"25", False),
            (b"250-a\r\n", False),
            (b"250-a\r\n250 b", False),
            (b"250-a\r\n250 b\r\n", True),
        ):
            with self.subTest(reply=reply):
                self.assertEqual(whole, is_whole(reply, b"250"))

    def test_should_refuse_another_code(self):
        with self.assertRaises(Failure):
            is_whole(b"421 too many\r\n", b"220")


class ReportOfLoadTest(unittest.TestCase):
    def test_should_be_void_when_a_message_was_not_accepted(self):
        outcome = generators.read_report(load_report(rejected=2), 1.5)
        self.assertIn("2 messages", outcome.trouble)

    def test_should_be_void_when_nothing_was_sent(self):
        self.assertIsNotNone(generators.read_report(load_report(accepted=0), 1.5).trouble)

    def test_should_keep_corrected_and_uncorrected_latencies(self):
        outcome = generators.read_report(load_report(), 1.5)
        self.assertIsNone(outcome.trouble)
        self.assertEqual((100, 2.0, 1.5), (outcome.accepted, outcome.seconds, outcome.generator_busy))
        self.assertEqual(900.0, outcome.details["latency_us"]["corrected"]["p999"])
        self.assertEqual(90.0, outcome.details["latency_us"]["uncorrected"]["p999"])


def load_report(accepted=100, rejected=0):
    """As posthaste load writes it, cut down to what is read."""
    return {
        "requested_rate": 50,
        "achieved_rate": 50.0,
        "duration_s": 2.0,
        "messages": {"sent": accepted, "accepted": accepted, "rejected": rejected, "failed": 0},
        "replies": {"250": accepted, "550": rejected},
        "latency_us": {
            "transaction": {"corrected": {"p50": 50.0, "p999": 900.0}, "uncorrected": {"p50": 40.0, "p999": 90.0}}
        },
    }
