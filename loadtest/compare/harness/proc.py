"""What /proc tells of processes: their family, their time, their memory."""

import pathlib
from typing import NamedTuple


class Stat(NamedTuple):
    """Of one process. Ticks are user and system time, those of ended children included."""

    parent: int
    ticks: int


class Memory(NamedTuple):
    """In KiB. Pss counts a page that n processes share as 1/n: it may be summed, Rss may not."""

    rss_kib: int
    pss_kib: int


def parse_stat(text):
    """From /proc/PID/stat. The name in parentheses may hold anything, so everything counts from the last one."""
    fields = text[text.rindex(")") + 2 :].split()
    return Stat(parent=int(fields[1]), ticks=sum(int(ticks) for ticks in fields[11:15]))


def stat(pid):
    """None when the process is gone."""
    try:
        return parse_stat(pathlib.Path(f"/proc/{pid}/stat").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(root_pid):
    """The process and its descendants, those that live."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            found = stat(int(entry.name))
            if found is not None:
                children.setdefault(found.parent, []).append(int(entry.name))
    if stat(root_pid) is None:
        return []
    result = [root_pid]
    for pid in result:  # grows while it is walked
        result += children.get(pid, [])
    return result


def parse_rollup(text):
    """From /proc/PID/smaps_rollup."""
    found = {}
    for line in text.splitlines()[1:]:
        key, value = line.split()[:2]
        found[key.rstrip(":")] = int(value)
    return Memory(found["Rss"], found["Pss"])


def memory(pids):
    """The sum over processes; those that ended meanwhile count nothing."""
    rss = pss = 0
    for pid in pids:
        try:
            one = parse_rollup(pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue
        rss += one.rss_kib
        pss += one.pss_kib
    return Memory(rss, pss)


def is_traced(pid):
    """Whether every thread of the process is being traced; a process that is gone counts as such."""
    try:
        for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
            if "\nTracerPid:\t0\n" in (thread / "status").read_text():
                return False
    except (FileNotFoundError, ProcessLookupError):
        return True
    return True
