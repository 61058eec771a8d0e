#!/usr/bin/env python3
"""What the running server allocates on the heap for a message: the young generation's use by `jcmd GC.heap_info` before and
after so many messages on 20 connections, which are opened and closed meanwhile. If a message allocates nothing, the figure does
not grow with their number.

usage: allocation.py [--java HOME] [--port N] [COUNT...]
"""

import argparse
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

HOME = pathlib.Path(__file__).resolve().parents[3]
WARM_UP = 300_000


def young_kib(jcmd, pid):
    """In use of the young generation, where everything new goes; behind a collection nothing is left in it."""
    text = subprocess.run([jcmd, str(pid), "GC.heap_info"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"(?:def new generation|DefNew) +total \d+K, used (\d+)K", text).group(1))


def load(port, count):
    if count:
        words = ["smtp-source", "-d", "-s", "20", "-l", "4096", "-m", str(count), f"127.0.0.1:{port}"]
        subprocess.run(words, check=True, timeout=300)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--java", default=os.environ.get("JAVA_HOME", ""))
    parser.add_argument("--port", type=int, default=2760)
    parser.add_argument("counts", nargs="*", type=int, default=[0, 100_000, 200_000, 400_000])
    arguments = parser.parse_args()
    environment = {**os.environ, **({"JAVA_HOME": arguments.java} if arguments.java else {})}
    jcmd = os.path.join(arguments.java, "bin", "jcmd") if arguments.java else "jcmd"
    command = [HOME / "posthaste", "sink", "--listen", f"127.0.0.1:{arguments.port}", "--reactors", "1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        wait(arguments.port)
        load(arguments.port, WARM_UP)
        for count in arguments.counts:
            subprocess.run([jcmd, str(server.pid), "GC.run"], stdout=subprocess.DEVNULL, check=True)
            before = young_kib(jcmd, server.pid)
            load(arguments.port, count)
            grown = young_kib(jcmd, server.pid) - before
            if grown < 0:
                raise SystemExit("the collector ran meanwhile: more was allocated than fits the young generation")
            print(f"{count:>8} messages: {grown:>6} KiB, {grown * 1024 / count if count else 0:.2f} bytes each", flush=True)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait(port):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


main()
