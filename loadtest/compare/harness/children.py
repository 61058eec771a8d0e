"""Every process that the harness starts, and its end, by process id, whatever happens."""

import ctypes
import os
import resource
import signal
import subprocess
import time

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_GRACE_S = 5


def raise_descriptor_limit():
    """As many open files as allowed, for us and for the servers, which inherit it. Returns the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def start(command, *, cpu, log, environment=None, directory=None, enter=lambda: None):
    """Starts a server pinned to one CPU, in a session of its own; it ends with us even if we are killed."""

    def prepare():
        enter()
        os.sched_setaffinity(0, {cpu})
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return subprocess.Popen(
        [str(word) for word in command],
        preexec_fn=prepare,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=directory,
        env={**os.environ, **(environment or {})},
    )


def stop(process, pids):
    """Ends a server: SIGTERM to the first process, then SIGKILL to what is left of the family.

    pids is a function that gives the ids of its living processes.
    """
    family = set(pids())
    if process.poll() is None:
        process.terminate()
    deadline = time.monotonic() + _GRACE_S
    while (process.poll() is None or pids()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in family.union(pids()):
        if _is_of(process, pid):
            os.kill(pid, signal.SIGKILL)
    process.wait(_GRACE_S)


def _is_of(process, pid):
    """Whether the id still stands for a process of that server: they share its session, and orphans keep it."""
    try:
        return os.getsid(pid) == process.pid
    except ProcessLookupError:
        return False


class NoInterrupt:
    """Signals wait until a clean-up is done: half a clean-up leaves processes behind."""

    def __enter__(self):
        self._before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}

    def __exit__(self, *_):
        for number, handler in self._before.items():
            signal.signal(number, handler)
