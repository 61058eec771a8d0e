#!/usr/bin/env python3
"""Time from starting a command to its "listening" line, in turns, so that what disturbs the machine disturbs all alike.

usage: starts.py [--rounds N] [--until TEXT] NAME=COMMAND [NAME=COMMAND ...]

Prints for each command the median, quartiles, and CPU (user and system, with what the launcher's own children took) at
that moment. --until exit measures commands that end by themselves. One start of each goes before and is not counted.
"""
import argparse, os, shlex, signal, statistics, subprocess, time


def start(command, until):
    begun = time.perf_counter()
    child = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if until == "exit":
        child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime
    said = []
    for line in child.stdout:
        said.append(line)
        if until in line:
            wall = time.perf_counter() - begun
            with open(f"/proc/{child.pid}/stat") as stat:
                ticks = stat.read().rsplit(")", 1)[1].split()[11:15]
            child.send_signal(signal.SIGTERM)
            child.wait()
            return wall, sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    raise SystemExit(f"{command}\nended without saying '{until}':\n{''.join(said)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--until", default="listening")
    parser.add_argument("commands", nargs="+")
    arguments = parser.parse_args()
    commands = dict(each.split("=", 1) for each in arguments.commands)
    figures = {name: [] for name in commands}
    for round_number in range(arguments.rounds + 1):
        for name, command in commands.items():
            figure = start(command, arguments.until)
            if round_number > 0:
                figures[name].append(figure)
    for name, each in figures.items():
        walls = [wall for wall, _ in each]
        low, middle, high = statistics.quantiles(walls, n=4)
        cpu = statistics.median(seconds for _, seconds in each)
        print(f"{name:28} {middle:.3f} s ({low:.3f} to {high:.3f}), CPU {cpu:.2f} s, {len(each)} starts")


main()
