"""CPU time of a server with all its processes: from a control group where there is one, else from /proc."""

import os
import pathlib
import re
import time

from . import proc
from .failure import Failure


class _Group:
    """A control group of its own for one server. Processes join at birth, so that nothing of theirs is missed."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir()

    def enter(self):
        """In the new process, before it becomes the server."""
        with open(self.directory / "cgroup.procs", "w", encoding="ascii") as procs:
            procs.write(str(os.getpid()))

    def pids(self, _root_pid):
        try:
            return [int(pid) for pid in (self.directory / "cgroup.procs").read_text().split()]
        except FileNotFoundError:
            return []

    def close(self):
        """When its processes are gone. The kernel may take a moment to notice."""
        deadline = time.monotonic() + 5
        while True:
            try:
                self.directory.rmdir()
                return
            except FileNotFoundError:
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise Failure(f"{self.directory} still has processes") from error
                time.sleep(0.05)


class CpuacctMeter(_Group):
    """Control groups version 1."""

    def usage_us(self, _root_pid):
        return int((self.directory / "cpuacct.usage").read_text()) / 1000


class UnifiedMeter(_Group):
    """Control groups version 2."""

    def usage_us(self, _root_pid):
        return parse_cpu_stat((self.directory / "cpu.stat").read_text())


class ProcMeter:
    """Without control groups: ticks of the process tree, those of its ended children included."""

    def enter(self):
        """Nothing to join."""

    def pids(self, root_pid):
        return proc.tree(root_pid)

    def usage_us(self, root_pid):
        ticks = 0
        for pid in proc.tree(root_pid):
            stat = proc.stat(pid)
            if stat is not None:
                ticks += stat.ticks
        return ticks * 1e6 / os.sysconf("SC_CLK_TCK")

    def close(self):
        """Nothing was made."""


class Meters:
    """Makes one meter a server, all of one kind."""

    def __init__(self, parent, kind, description):
        self._parent = parent
        self._kind = kind
        self.description = description

    def meter(self, name):
        if self._parent is None:
            return ProcMeter()
        return self._kind(self._parent / f"posthaste-compare-{os.getpid()}-{name}")

    @staticmethod
    def choose(mounts=None, membership=None):
        """The best that this machine offers and this user may write to."""
        mounts = mounts or pathlib.Path("/proc/self/mounts").read_text()
        membership = membership or pathlib.Path("/proc/self/cgroup").read_text()
        first, second = group_directories(mounts, membership)
        if first and os.access(first, os.W_OK):
            return Meters(first, CpuacctMeter, "cgroup v1, cpuacct.usage (nanoseconds)")
        if second and os.access(second, os.W_OK):
            return Meters(second, UnifiedMeter, "cgroup v2, cpu.stat (microseconds)")
        hertz = os.sysconf("SC_CLK_TCK")
        return Meters(None, None, f"/proc/PID/stat of the process tree (ticks of 1/{hertz} s: prefer long runs)")


def group_directories(mounts, membership):
    """Our own groups, as (version 1 with cpuacct, version 2); None where there is none."""
    first = second = None
    own = dict(_memberships(membership))
    for line in mounts.splitlines():
        _, point, kind, options = line.split()[:4]
        point = pathlib.Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m.group(1), 8)), point))
        if kind == "cgroup" and "cpuacct" in options.split(",") and "cpuacct" in own:
            first = first or point / own["cpuacct"].lstrip("/")
        elif kind == "cgroup2" and "" in own:
            second = second or point / own[""].lstrip("/")
    return first, second


def _memberships(text):
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            yield controller, path


def parse_cpu_stat(text):
    """Microseconds from a cpu.stat of version 2."""
    for line in text.splitlines():
        key, value = line.split()
        if key == "usage_usec":
            return float(value)
    raise Failure("cpu.stat without usage_usec")
