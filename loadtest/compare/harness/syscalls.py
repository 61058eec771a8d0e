"""System calls of a running server, counted by strace."""

import shutil
import signal
import subprocess
import time

from . import proc
from .failure import Failure

_ATTACH_S = 20


def parse_summary(text):
    """Calls by name, from the table that strace -c writes. The column of errors may be empty."""
    calls = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) in (5, 6) and words[0].replace(".", "", 1).isdigit() and words[-1] != "total":
            calls[words[-1]] = calls.get(words[-1], 0) + int(words[3])
    return calls


class Counter:
    """Counts from enter to exit; then `calls` holds the number by name. It slows the server: no run to time."""

    def __init__(self, pids, out):
        self._pids = pids
        self._out = out
        self.calls = None

    @staticmethod
    def is_available():
        return shutil.which("strace") is not None

    def __enter__(self):
        command = ["strace", "-c", "-f", "-qq", "-o", str(self._out)]
        for pid in self._pids:
            command += ["-p", str(pid)]
        self._strace = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            self._await_attached()
        except BaseException:
            self._end()
            raise
        return self

    def _await_attached(self):
        deadline = time.monotonic() + _ATTACH_S
        while not all(proc.is_traced(pid) for pid in self._pids):
            if self._strace.poll() is not None:
                raise Failure(f"strace: {self._strace.stderr.read().strip()[:200]}")
            if time.monotonic() > deadline:
                raise Failure("strace did not attach in time")
            time.sleep(0.02)

    def __exit__(self, *_):
        self._end()
        self.calls = parse_summary(self._out.read_text())

    def _end(self):
        self._strace.send_signal(signal.SIGINT)  # it detaches, and writes its table
        try:
            self._strace.communicate(timeout=_ATTACH_S)
        except subprocess.TimeoutExpired:
            self._strace.kill()
            self._strace.communicate()
