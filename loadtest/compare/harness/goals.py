"""What Posthaste aims at, held against what was measured."""

from dataclasses import dataclass

from . import figures as fig
from .peers import FLOOR, LOG_FLOOR, OURS, POSTFIX, SINK, SPOOL


@dataclass(frozen=True)
class Goal:
    """A bound on one figure of ours. read(figures) gives the spread; is_least: the figure has to reach the bound."""

    text: str
    read: object
    bound: float
    unit: str = ""
    is_least: bool = False

    def is_met(self, value):
        return value >= self.bound if self.is_least else value <= self.bound

    def verdict(self, value):
        sign = "at least" if self.is_least else "at most"
        return f"{self.text}: {number(value)}{self.unit}, goal {sign} {number(self.bound)}{self.unit}"


def number(value):
    """With three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 1 else f"{value:.2g}"


def _cpu(profile, base):
    return lambda figures: figures.ratio("load", profile, OURS, base, fig.cpu_us)


def _calls(profile):
    return lambda figures: figures.figure("syscalls", profile, OURS, fig.calls)


def _idle_to_sink(figures):
    return figures.ratio("idle", "idle", OURS, SINK, fig.pss_kib)


def _durable(connections, base, read):
    return lambda figures: figures.ratio("load", f"durable-{connections}", SPOOL, base, read)


GOALS = (
    Goal("CPU a message, kept-4k, to the floor", _cpu("kept-4k", FLOOR), 1.10),
    Goal("CPU a message, kept-4k, to smtp-sink", _cpu("kept-4k", SINK), 0.57),
    Goal("CPU a message, fresh-4k, to the floor", _cpu("fresh-4k", FLOOR), 1.00),
    Goal("CPU a message, fresh-4k, to smtp-sink", _cpu("fresh-4k", SINK), 0.62),
    Goal("CPU a message, large-1m, to the floor", _cpu("large-1m", FLOOR), 2.0),
    Goal("CPU a message, large-1m, to smtp-sink", _cpu("large-1m", SINK), 0.12),
    Goal(
        "throughput, bdat-1k",
        lambda figures: figures.figure("load", "bdat-1k", OURS, fig.rate),
        500_000,
        " messages/s",
        is_least=True,
    ),
    Goal("an idle connection", lambda f: f.figure("idle", "idle", OURS, fig.pss_kib), 2.0, " KiB"),
    Goal("an idle connection, to smtp-sink", _idle_to_sink, 0.03),
    Goal("system calls a message, kept-4k", _calls("kept-4k"), 8.6),
    Goal("system calls a message, fresh-4k", _calls("fresh-4k"), 25.6),
    Goal(
        "p99.9 at half of saturation, to smtp-sink",
        lambda f: f.ratio("latency", "latency-half", OURS, SINK, fig.corrected("p999")),
        1.0,
    ),
    Goal("durable rate, 16 connections, to Postfix", _durable(16, POSTFIX, fig.rate), 10, is_least=True),
    Goal("durable rate, 256 connections, to Postfix", _durable(256, POSTFIX, fig.rate), 10, is_least=True),
    Goal("durable rate, 256 connections, to the log floor", _durable(256, LOG_FLOOR, fig.rate), 0.9, is_least=True),
    Goal("250 to a lone connection, p99, to Postfix", _durable(1, POSTFIX, fig.acknowledgement("p99")), 1.0),
    Goal("start to listening", lambda figures: figures.started(OURS), 0.6, " s"),
)


def judge(figures):
    """Three lists of lines: missed, met, not measured."""
    missed, met, unknown = [], [], []
    for goal in GOALS:
        found = goal.read(figures)
        if found is None:
            unknown.append(goal.text)
        else:
            (met if goal.is_met(found.median) else missed).append(goal.verdict(found.median))
    return missed, met, unknown
