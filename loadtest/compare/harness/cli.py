"""The command line."""

import argparse
import datetime
import os
import pathlib
import signal
import sys
import unittest

from . import cache, children, generators, peers, profiles, report, setup, store
from .failure import Failure
from .measure import Bench
from .meters import Meters
from .native_peers import MOST_CONNECTIONS
from .peer import Java
from .setup import Plan
from .syscalls import Counter
from .trials import Course

_SPARE_DESCRIPTORS = 200


def main(arguments):
    """Exit codes: 0 done, 1 something failed or a run was void, 2 wrong arguments, 130 interrupted."""
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if options.self_test:
            return _self_test()
        if options.report:
            return _render(pathlib.Path(options.report))
        java = Java(options.java_home)
        everybody = peers.known(java)
        if options.list:
            return _list(everybody)
        return _compare(options, java, _select(everybody, options))
    except Failure as failure:
        print(f"compare: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "compare: interrupted; what was started is ended (--report DIR makes a page of what was measured)",
            file=sys.stderr,
        )
        return 130


def _interrupt(*_):
    raise KeyboardInterrupt


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="loadtest/compare/run", description="Compares SMTP servers on the same work.")
    parser.add_argument(
        "--quick", action="store_true", help="a few minutes, to see that all works; no figures to publish"
    )
    parser.add_argument("--install", action="store_true", help="get what peers lack (apt, npm, maven), then go on")
    parser.add_argument("--peers", help="names, comma separated; default: all that are installed")
    parser.add_argument("--profiles", help=f"names, comma separated; default: all of {','.join(profiles.NAMES)}")
    parser.add_argument("--trials", type=int, help="sets of fresh processes (default 5, quick 1)")
    parser.add_argument("--rounds", type=int, help="turns in a trial, even: ABBA (default 2)")
    parser.add_argument("--seconds", type=float, help="of a run, about (default 2, quick 0.5)")
    parser.add_argument(
        "--warm-up",
        type=float,
        help="seconds at least, for each server and profile; goes on until CPU time a message stands still (default 3,"
        " quick 1.5)",
    )
    parser.add_argument("--warm-up-limit", type=float, help="seconds at most (default 40, quick 1.5)")
    parser.add_argument("--latency-seconds", type=float, help="of a run at a fixed rate (default 15, quick 2)")
    parser.add_argument(
        "--rate", type=float, default=0, help="of latency-half, instead of half of smtp-sink's saturation"
    )
    parser.add_argument("--idle-connections", type=int, default=10_000, help="default 10000")
    parser.add_argument("--no-strace", action="store_true", help="count no system calls")
    parser.add_argument(
        "--ports", type=int, default=3500, help="the first of as many ports as there are peers (default 3500)"
    )
    parser.add_argument("--server-cpu", type=int, default=0, help="default 0")
    parser.add_argument("--generator-cpu", type=int, default=1, help="default 1")
    parser.add_argument(
        "--java-home", help="the Java of the servers and of posthaste load (default: JAVA_HOME, else the path)"
    )
    parser.add_argument(
        "--out",
        help="a directory to make (default docs/benchmarks/DATE-peers, quick: loadtest/target/compare-TIME)",
    )
    parser.add_argument("--list", action="store_true", help="list peers and profiles")
    parser.add_argument(
        "--report", metavar="DIR", help="only write README.md and the plots of DIR again, from its raw data"
    )
    parser.add_argument("--self-test", action="store_true", help="run the tests of the harness itself; needs no peer")
    options = parser.parse_args(arguments)
    for name in ("trials", "rounds"):
        value = getattr(options, name)
        if value is not None and value < 1:
            parser.error(f"--{name} is too small")
    if options.rounds and options.rounds % 2:
        parser.error("--rounds has to be even: each turn has its counter-turn")
    if options.server_cpu == options.generator_cpu:
        parser.error("server and generator need a CPU each")
    unknown = set(_words(options.profiles)) - set(profiles.NAMES)
    if unknown:
        parser.error(f"unknown profile {', '.join(sorted(unknown))}; there are {', '.join(profiles.NAMES)}")
    return options


def _words(text):
    return [word for word in (text or "").split(",") if word]


def _select(everybody, options):
    """The peers that are installed; of the others one line each. Installs them before, if told to."""
    wanted = _words(options.peers) or [peer.name for peer in everybody]
    unknown = set(wanted) - {peer.name for peer in everybody}
    if unknown:
        raise Failure(f"unknown peer {', '.join(sorted(unknown))}; see --list")
    chosen, skipped = [], {}
    for peer in everybody:
        if peer.name not in wanted:
            continue
        lack = peer.missing()
        if lack and options.install:
            print(f"installing {peer.name}", flush=True)
            try:
                peer.install()
                lack = peer.missing()
            except Failure as failure:
                lack = str(failure)
        if lack:
            skipped[peer.name] = lack
            print(f"skipped: {peer.name}: {lack}", flush=True)
        else:
            chosen.append(peer)
    if not chosen:
        raise Failure("no peer is left to compare")
    return chosen, skipped


def _list(everybody):
    for peer in everybody:
        print(f"{peer.name:18} acknowledges {peer.acknowledgement:6} {peer.missing() or 'is installed'}")
    print()
    for profile in profiles.ALL:
        print(f"{profile.name:18} {profile.title}")
    return 0


def _compare(options, java, selection):
    chosen, skipped = selection
    quick = options.quick
    plan = Plan(
        peers=chosen,
        profiles=profiles.named(_words(options.profiles) or profiles.NAMES),
        trials=options.trials or (1 if quick else 5),
        rounds=options.rounds or 2,
        idle_connections=_bounded(options.idle_connections, children.raise_descriptor_limit()),
        rate=options.rate,
        port_base=options.ports,
        server_cpu=options.server_cpu,
        generator_cpu=options.generator_cpu,
        is_strace=not options.no_strace and Counter.is_available(),
    )
    bench = Bench(
        seconds=options.seconds or (0.5 if quick else 2),
        warm_up_s=options.warm_up if options.warm_up is not None else (1.5 if quick else 3),
        warm_up_limit_s=options.warm_up_limit if options.warm_up_limit is not None else (1.5 if quick else 40),
        latency_s=options.latency_seconds or (2 if quick else 15),
        environment=java.environment(),
    )
    _require_cpus(plan)
    generators.require()
    os.sched_setaffinity(0, {plan.generator_cpu})  # we are the generators' parent
    meters = Meters.choose()
    directory = _directory(options)
    description = setup.describe(options, plan, bench, meters, java, skipped)
    with store.Store(directory, description) as raw:
        course = Course(plan, bench, meters, raw.append, lambda text: print(text, flush=True))
        course.run()
        raw.append(setup.end())
    _render(directory)
    return 1 if any(record["void"] for record in store.read(directory)[1]) else 0


def _bounded(connections, descriptors):
    most = min(descriptors - _SPARE_DESCRIPTORS, MOST_CONNECTIONS - _SPARE_DESCRIPTORS)
    if connections > most:
        print(f"idle connections: {most}, of which servers are told and the limit of open files allows", flush=True)
    return min(connections, most)


def _require_cpus(plan):
    missing = {plan.server_cpu, plan.generator_cpu} - os.sched_getaffinity(0)
    if missing:
        raise Failure(f"CPU {min(missing)} is not ours to use: server and generator need one each")


def _directory(options):
    now = datetime.datetime.now(datetime.timezone.utc)
    if options.out:
        directory = pathlib.Path(options.out)
    elif options.quick:
        directory = cache.HOME / "loadtest" / "target" / f"compare-{now:%H%M%S}"
    else:
        directory = cache.HOME / "docs" / "benchmarks" / f"{now:%Y-%m-%d}-peers"
    if directory.exists():
        raise Failure(f"{directory} exists: say --out with another")
    return directory


def _render(directory):
    for name, text in report.render(*store.read(directory)).items():
        (directory / name).write_text(text, encoding="utf-8")
    print(f"wrote {directory / 'README.md'}")
    return 0


def _self_test():
    directory = cache.HOME / "loadtest" / "compare" / "test"
    suite = unittest.TestLoader().discover(str(directory))
    return 0 if unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful() else 1
