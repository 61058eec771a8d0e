#!/usr/bin/env python3
"""Do two event loops carry twice as much as one? CPU a message of one on one processor and of two on two, at the same rates.

Two processors cannot hold two busy loops and a generator, so the generator is throttled (open loop): if a message costs the
same, two processors carry twice as many. 64 kept connections, which the kernel spreads over the loops, 4 KiB, no pipelining.

usage: reactors.py [--rates R,R] [--rounds N] [--seconds S] [--warm-up S] [--java HOME] [--port N] FILE
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import sys

HOME = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(HOME / "loadtest" / "compare"))

from harness import children  # noqa: E402
from harness.generators import PosthasteLoad  # noqa: E402
from harness.meters import Meters  # noqa: E402
from harness.managed_peers import Posthaste  # noqa: E402
from harness.peer import Java  # noqa: E402
from harness.server import Server  # noqa: E402

CONNECTIONS = 64


class Sink(Posthaste):
    """On processors 0 to reactors - 1."""

    def __init__(self, java, reactors):
        super().__init__(java)
        self.reactors = reactors
        self.name = f"reactors-{reactors}"

    def command(self, directory, port):
        processors = ",".join(str(processor) for processor in range(self.reactors))
        sink = [HOME / "posthaste", "sink", "--listen", f"127.0.0.1:{port}", "--reactors", self.reactors]
        return ["taskset", "-c", processors, *sink]


def run(server, rate, seconds, java):
    """CPU of one run, and what the generator says of it."""
    options = ("--connections", str(CONNECTIONS), "--size", "4k", "--rate", f"{rate:g}")
    before = server.usage_us()
    outcome = PosthasteLoad(options).run(server.port, seconds, java.environment())
    if outcome.trouble:
        raise SystemExit(f"{server.peer.name}: {outcome.trouble}")
    return {
        "reactors": server.peer.reactors,
        "rate": rate,
        "achieved_rate": outcome.accepted / outcome.seconds,
        "cpu_us": (server.usage_us() - before) / outcome.accepted,
        "p99_us": outcome.details["latency_us"]["corrected"]["p99"],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rates", default="2000,5000")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--warm-up", type=int, default=12, help="seconds, of each server at each rate")
    parser.add_argument("--java")
    parser.add_argument("--port", type=int, default=2770)
    parser.add_argument("file", type=pathlib.Path)
    arguments = parser.parse_args()
    java = Java(arguments.java)
    children.raise_descriptor_limit()
    meters = Meters.choose()
    with contextlib.ExitStack() as stack, open(arguments.file, "a", encoding="ascii") as out:
        servers = [
            stack.enter_context(Server(Sink(java, count), arguments.port + count, 0, meters)) for count in (1, 2)
        ]
        for rate in (float(word) for word in arguments.rates.split(",")):
            for server in servers:
                run(server, rate, arguments.warm_up, java)
            ratios = []
            for turn in range(arguments.rounds):
                figures = {}
                for server in servers if turn % 2 == 0 else reversed(servers):
                    found = run(server, rate, arguments.seconds, java)
                    figures[server.peer.reactors] = found["cpu_us"]
                    out.write(json.dumps({"java": java.version(), "round": turn, **found}) + "\n")
                    out.flush()
                    print(found, flush=True)
                ratios.append(figures[2] / figures[1])
            middle = statistics.median(ratios)
            print(f"{rate:g} messages/s: two to one, CPU a message {middle:.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


if __name__ == "__main__":
    main()
