"""A real process, started, metered, asked, filled with idle connections, ended."""

import os
import pathlib
import socket
import sys
import unittest

from harness import measure
from harness.dialogue import accepted
from harness.failure import Failure
from harness.meters import Meters, ProcMeter
from harness.peer import Peer
from harness.server import Server

_FAKE = pathlib.Path(__file__).with_name("fake_sink.py")


class _Fake(Peer):
    name = "fake"
    title = "fake"

    def command(self, directory, port):
        return [sys.executable, "-I", "-B", _FAKE, port]


class _Broken(_Fake):
    def command(self, directory, port):
        return [sys.executable, "-c", "raise SystemExit('no such thing as mail')"]


class _Meters(Meters):
    """Always from /proc: the tests have to run where no group can be made."""

    def __init__(self):
        super().__init__(None, None, "")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _server(peer, port=None):
    return Server(peer, port or _free_port(), min(os.sched_getaffinity(0)), _Meters())


class ServerTest(unittest.TestCase):
    def test_should_start_measure_and_end_a_server(self):
        with _server(_Fake()) as server:
            self.assertEqual(["8BITMIME", "PIPELINING"], server.extensions)
            self.assertEqual(7, accepted(server.port))
            self.assertGreater(server.memory().pss_kib, 0)
            self.assertGreater(server.usage_us(), 0)
            record = measure.idle(server, 30)
            pids = server.pids()
        self.assertEqual((30, None), (record["connections"], record["void"]))
        self.assertTrue(pids)
        self.assertEqual([], [pid for pid in pids if pathlib.Path(f"/proc/{pid}").exists()])

    def test_should_tell_the_last_words_of_a_server_that_ends_at_once(self):
        with self.assertRaisesRegex(Failure, "no such thing as mail"):
            with _server(_Broken()):
                self.fail("it did not start")

    def test_should_refuse_a_port_that_another_server_has(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            with self.assertRaisesRegex(Failure, "--ports"):
                with _server(_Fake(), other.getsockname()[1]):
                    self.fail("it measured another's server")

    def test_should_count_the_time_of_the_process_tree(self):
        self.assertGreaterEqual(ProcMeter().usage_us(os.getpid()), 0)
        self.assertIn(os.getpid(), ProcMeter().pids(os.getpid()))
