"""The two load generators: how they are called and what they say of a run."""

import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from typing import Optional

from . import cache
from .failure import Failure
from .peer import find

FROM, TO = "sender@example.test", "recipient@example.test"
_LEAST_LIMIT_S = 60
_ACKNOWLEDGEMENT = "end_of_data"
PERCENTILES = ("p50", "p90", "p99", "p999", "max")


@dataclass
class Outcome:
    """What a generator did.

    seconds: how long it sent; generator_busy: the share of a CPU it took, its start included; trouble: None when every
    message was answered 250.
    """

    accepted: int
    seconds: float
    generator_busy: float
    trouble: Optional[str] = None
    details: dict = field(default_factory=dict)


@dataclass(frozen=True)
class SmtpSource:
    """Postfix's smtp-source: a number of messages, as fast as the server answers. It never pipelines.

    It ends with an error at the first reply that is not the one it wants, so exit code 0 says that all were accepted.
    """

    connections: int
    size: int
    is_kept: bool
    most_messages: int
    by_duration = False

    def command(self, port, messages):
        kept = ["-d"] if self.is_kept else []
        sessions = ["-s", str(self.connections), "-l", str(self.size), "-m", str(messages)]
        return [find("smtp-source"), *kept, *sessions, "-f", FROM, "-t", TO, f"127.0.0.1:{port}"]

    def run(self, port, messages, environment):
        result, seconds, busy = _timed(self.command(port, messages), environment, _LEAST_LIMIT_S)
        if result.returncode:
            return Outcome(0, seconds, busy, "smtp-source: " + _tail(result.stderr, f"exit {result.returncode}"))
        return Outcome(messages, seconds, busy)


@dataclass(frozen=True)
class PosthasteLoad:
    """posthaste load, for a time. Its start is not in the time it reports."""

    options: tuple
    by_duration = True

    def command(self, port, seconds, report):
        target = f"127.0.0.1:{port}"
        fixed = ["--from", FROM, "--to", TO, "--quiet", "--json", str(report)]
        return [
            str(cache.HOME / "posthaste"),
            "load",
            target,
            *self.options,
            "--duration",
            f"{seconds * 1000:.0f}ms",
            *fixed,
        ]

    def run(self, port, seconds, environment):
        handle, name = tempfile.mkstemp(prefix="posthaste-compare-", suffix=".json")
        os.close(handle)
        report = pathlib.Path(name)
        try:
            command = self.command(port, seconds, report)
            result, elapsed, busy = _timed(command, environment, _LEAST_LIMIT_S + 3 * seconds)
            text = report.read_text()
        finally:
            report.unlink()
        if not text:
            return Outcome(0, elapsed, busy, "posthaste load: " + _tail(result.stderr, f"exit {result.returncode}"))
        return read_report(json.loads(text), busy)


def read_report(report, busy):
    """An outcome from the JSON that posthaste load writes."""
    messages = report["messages"]
    lost = messages["rejected"] + messages["failed"]
    details = {
        "requested_rate": report.get("requested_rate"),
        "achieved_rate": report["achieved_rate"],
        "kept_up": report.get("kept_up"),
        "not_begun": report.get("not_begun"),
        "generator_lag_us": _percentiles(report.get("generator_lag_us", {})),
        "latency_us": {
            kind: _percentiles(figures)
            for kind, figures in report["latency_us"]["transaction"].items()
        },
        "acknowledgement_us": _percentiles(report["latency_us"].get("phases", {}).get(_ACKNOWLEDGEMENT, {})),
    }
    trouble = None
    if lost:
        why = "; ".join(report.get("troubles", [])) or f"replies {report['replies']}"
        trouble = f"{lost} messages were not accepted: {why}"
    if not messages["accepted"]:
        trouble = trouble or "no message was accepted"
    return Outcome(messages["accepted"], report["duration_s"], busy, trouble, details)


def _percentiles(figures):
    return {name: figures.get(name) for name in PERCENTILES}


def require():
    """Fails when a generator is missing; builds ours if it has to be, before anything is measured."""
    if not find("smtp-source"):
        raise Failure("no smtp-source: apt-get install postfix")
    cache.run_quietly([cache.HOME / "posthaste", "load", "--version"])
    cache.run_quietly([cache.HOME / "posthaste", "--version"])


def _timed(command, environment, limit_s):
    """The finished process, how long it took, and which share of a CPU it had."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=limit_s,
            env={**os.environ, **environment},
        )
    except subprocess.TimeoutExpired:
        result = subprocess.CompletedProcess(command, 1, stderr=f"not done after {limit_s:g} s")
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result, seconds, cpu_s / seconds


def _tail(text, otherwise):
    return (text or "").strip()[-300:] or otherwise
