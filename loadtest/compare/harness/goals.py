"""What Posthaste aims at, held against what was measured."""

from dataclasses import dataclass

from . import figures as fig
from .peers import FLOOR, LOG_FLOOR, OURS, OURS_25, POSTFIX, SINK, SPOOL


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


def _of_sink(ours, java):
    """The goals of the server that promises nothing; java is said behind each."""

    def cpu(profile, base, bound):
        text = f"CPU a message, {profile}, to {'the floor' if base == FLOOR else base}{java}"
        return Goal(text, lambda figures: figures.ratio("load", profile, ours, base, fig.cpu_us), bound)

    def calls(profile, bound):
        text = f"system calls a message, {profile}{java}"
        return Goal(text, lambda figures: figures.figure("syscalls", profile, ours, fig.calls), bound)

    return (
        cpu("kept-4k", FLOOR, 1.10),
        cpu("kept-4k", SINK, 0.57),
        cpu("fresh-4k", FLOOR, 1.00),
        cpu("fresh-4k", SINK, 0.62),
        cpu("large-1m", FLOOR, 2.0),
        cpu("large-1m", SINK, 0.12),
        Goal(
            f"throughput, bdat-1k{java}",
            lambda figures: figures.figure("load", "bdat-1k", ours, fig.rate),
            500_000,
            " messages/s",
            is_least=True,
        ),
        Goal(f"an idle connection{java}", lambda f: f.figure("idle", "idle", ours, fig.pss_kib), 2.0, " KiB"),
        Goal(
            f"an idle connection, to smtp-sink{java}",
            lambda f: f.ratio("idle", "idle", ours, SINK, fig.pss_kib),
            0.03,
        ),
        calls("kept-4k", 8.6),
        calls("fresh-4k", 25.6),
        Goal(
            f"p99.9 at half of saturation, to smtp-sink{java}",
            lambda f: f.ratio("latency", "latency-half", ours, SINK, fig.corrected("p999")),
            1.0,
        ),
        Goal(f"start to listening{java}", lambda figures: figures.started(ours), 0.6, " s"),
    )


def _durable(connections, base, read):
    return lambda figures: figures.ratio("load", f"durable-{connections}", SPOOL, base, read)


GOALS = (
    *_of_sink(OURS, ""),
    *_of_sink(OURS_25, ", Java 25"),
    Goal("durable rate, 16 connections, to Postfix", _durable(16, POSTFIX, fig.rate), 10, is_least=True),
    Goal("durable rate, 256 connections, to Postfix", _durable(256, POSTFIX, fig.rate), 10, is_least=True),
    Goal("durable rate, 256 connections, to the log floor", _durable(256, LOG_FLOOR, fig.rate), 0.9, is_least=True),
    Goal("250 to a lone connection, p99, to Postfix", _durable(1, POSTFIX, fig.acknowledgement("p99")), 1.0),
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
