"""The work that servers are compared on."""

from dataclasses import dataclass
from typing import Union

from .generators import PosthasteLoad, SmtpSource

KIB = 1024
SATURATION = "load-4k"


@dataclass(frozen=True)
class ClosedLoop:
    """As fast as the server answers: CPU and system calls a message, throughput.

    acknowledgement: only for servers whose 250 means this; empty: for all.
    """

    name: str
    title: str
    generator: Union[SmtpSource, PosthasteLoad]
    needs: tuple = ()
    acknowledgement: str = ""


@dataclass(frozen=True)
class OpenLoop:
    """At a fixed rate, whatever the server does: latency. fraction is of smtp-sink's saturation; else rate counts."""

    name: str
    title: str
    connections: int
    rate: float = 0
    fraction: float = 0
    needs: tuple = ()

    def generator(self, rate):
        options = ("--connections", str(self.connections), "--size", "4k", "--rate", f"{rate:g}")
        return PosthasteLoad(options)


@dataclass(frozen=True)
class Idle:
    """Connections that said EHLO and wait: resident memory for each."""

    name: str
    title: str
    needs: tuple = ()


def _load(*options):
    return PosthasteLoad(("--connections", "20", *options))


def _durable(connections):
    return ClosedLoop(
        f"durable-{connections}",
        f"{connections} kept connection{'s' if connections > 1 else ''}, 10 KiB, 250 when it is on the disk",
        PosthasteLoad(("--connections", str(connections), "--size", "10k", "--pipelining", "on")),
        acknowledgement="fsync",
    )


ALL = (
    ClosedLoop("kept-4k", "kept connections, 4 KiB, no pipelining", SmtpSource(20, 4 * KIB, True, 200_000)),
    ClosedLoop("fresh-4k", "a connection a message, 4 KiB", SmtpSource(20, 4 * KIB, False, 10_000)),
    ClosedLoop("large-1m", "kept connections, 1 MB", SmtpSource(4, 1_000_000, True, 10_000)),
    ClosedLoop(SATURATION, "kept connections, 4 KiB, no pipelining, posthaste load", _load("--size", "4k")),
    ClosedLoop(
        "pipelined-4k",
        "kept connections, 4 KiB, MAIL, RCPT and DATA in one segment",
        _load("--size", "4k", "--pipelining", "on"),
        ("PIPELINING",),
    ),
    ClosedLoop(
        "bdat-1k",
        "kept connections, 1 KiB by BDAT, 32 transactions ahead of the replies",
        _load("--size", "1k", "--chunking", "--pipelining", "on", "--pipeline-depth", "32"),
        ("CHUNKING", "PIPELINING"),
    ),
    OpenLoop("latency-low", "open loop, 200 messages/s, 4 KiB", 20, rate=200),
    OpenLoop("latency-half", "open loop at half of smtp-sink's saturation, 4 KiB", 50, fraction=0.5),
    _durable(1),
    _durable(16),
    _durable(256),
    Idle("idle", "idle connections after EHLO"),
)
NAMES = tuple(profile.name for profile in ALL)


def named(names):
    """Those of these names, in our order."""
    return [profile for profile in ALL if profile.name in names]
