"""What the figures were taken on."""

import os
import pathlib
import platform
import subprocess

from . import cache
from .peer import debian_version, first_line

QUIET_LOAD = 0.5


def describe(java):
    """For setup.json and the report."""
    return {
        "cpu": _after_colon("/proc/cpuinfo", "model name"),
        "cpus": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "huge_pages": huge_pages(),
        "java": java.version(),
        "python": platform.python_version(),
        "smtp_source": f"Postfix {debian_version('postfix')}".strip(),
        "strace": first_line(["strace", "--version"]) or "none",
        "load_before": load_average(),
    }


def huge_pages():
    """Whether the kernel backs memory with huge pages: then resident memory is more than what was touched."""
    try:
        text = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text()
    except FileNotFoundError:
        return "none"
    return text[text.index("[") + 1 : text.index("]")]


def load_average():
    """Of the last minute."""
    return os.getloadavg()[0]


def commit():
    """The commit that is measured, with `, changed` when what is built or run differs from it."""
    try:
        name = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--", "pom.xml", "posthaste", "src", "loadtest")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return name + (", changed" if changed else "")


def _git(*words):
    command = ["git", "-C", str(cache.HOME), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def _after_colon(path, key):
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return platform.machine()
