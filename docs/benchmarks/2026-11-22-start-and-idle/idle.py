#!/usr/bin/env python3
"""Resident memory of servers for each idle connection after EHLO, in turns.

usage: idle.py [--rounds N] [--connections N] NAME=PORT=COMMAND [NAME=PORT=COMMAND ...]

Starts each server on its port, notes its proportional set size (Pss), opens the connections, lets each say EHLO, notes it
again, and stops the server. Prints the median of the difference for each connection. --histogram DIR also writes what the
live heap holds then (jmap, which collects garbage, so only after the figure was taken).
"""
import argparse, os, pathlib, resource, shlex, signal, socket, statistics, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "loadtest" / "compare"))
from harness.idle import IdleConnections  # noqa: E402


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))


def settled_pss(pid):
    """Once it has stopped moving: compilers go on for a while."""
    before = pss(pid)
    for _ in range(20):
        time.sleep(0.5)
        now = pss(pid)
        if abs(now - before) < 64 * 1024:
            return now
        before = now
    return before


def trial(command, port, count, histogram):
    server = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        before = settled_pss(server.pid)
        with IdleConnections(port, count) as connections:
            after = settled_pss(server.pid)
            if histogram:
                with open(histogram, "w") as out:
                    subprocess.run(["jmap", "-histo:live", str(server.pid)], stdout=out, timeout=60)
            connections.check()
        return before, after
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=18_000)
    parser.add_argument("--histogram")
    parser.add_argument("servers", nargs="+")
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    figures = {}
    for _ in range(arguments.rounds):
        for name, port, command in (each.split("=", 2) for each in arguments.servers):
            histogram = arguments.histogram and os.path.join(arguments.histogram, name + ".txt")
            before, after = trial(command, int(port), arguments.connections, histogram)
            figures.setdefault(name, []).append((before, after))
    for name, each in figures.items():
        deltas = [(after - before) / arguments.connections / 1024 for before, after in each]
        print(
            f"{name:20} {statistics.median(deltas):.2f} KiB a connection ({min(deltas):.2f} to {max(deltas):.2f}),"
            f" {statistics.median(before for before, _ in each) / 2**20:.1f} MiB before, {len(each)} rounds"
        )


main()
