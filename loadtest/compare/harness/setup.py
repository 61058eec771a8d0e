"""What a comparison runs, and how that is told."""

import datetime
import pathlib
import shlex
from dataclasses import dataclass, field

from . import cache, machine, profiles
from .profiles import ClosedLoop


@dataclass
class Plan:
    """What is run. plain: the profile that warms up servers where no other does."""

    peers: list
    profiles: list
    trials: int
    rounds: int
    idle_connections: int
    rate: float
    port_base: int
    server_cpu: int
    generator_cpu: int
    is_strace: bool
    plain: ClosedLoop = field(default_factory=lambda: profiles.named(["kept-4k"])[0])


def describe(options, plan, bench, meters, java, skipped):
    """Everything that setup.json says."""
    load = machine.load_average()
    if load > machine.QUIET_LOAD:
        print(f"the machine is busy (load {load:.1f}): figures will be noisy", flush=True)
    return {
        "date": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}",
        "commit": machine.commit(),
        "command": _command(options),
        "quick": options.quick,
        "machine": machine.describe(java),
        "cpu_time": meters.description,
        "server_cpu": plan.server_cpu,
        "generator_cpu": plan.generator_cpu,
        "trials": plan.trials,
        "rounds": plan.rounds,
        "seconds": bench.seconds,
        "warm_up_s": bench.warm_up_s,
        "warm_up_limit_s": bench.warm_up_limit_s,
        "latency_s": bench.latency_s,
        "strace": plan.is_strace,
        "profiles": {profile.name: profile.title for profile in plan.profiles},
        "peers": [
            {
                "name": peer.name,
                "title": peer.title,
                "acknowledgement": peer.acknowledgement,
                "ours": peer.is_ours,
                "version": peer.version(),
                "command": _public(peer.command(pathlib.Path("DIR"), plan.port_base + index)),
            }
            for index, peer in enumerate(plan.peers)
        ],
        "skipped": skipped,
    }


def end():
    """The last record: it says that nothing was cut off, and what the sources were then."""
    return {"trial": 0, "peer": "", "kind": "end", "commit": machine.commit(), "void": None}


def _command(options):
    """As it can be repeated: without places of this machine."""
    words = ["loadtest/compare/run"]
    for name in ("quick", "no_strace"):
        if getattr(options, name):
            words.append("--" + name.replace("_", "-"))
    for name in ("peers", "profiles", "trials", "rounds", "seconds", "warm_up", "warm_up_limit", "latency_seconds"):
        value = getattr(options, name)
        if value is not None:
            words += ["--" + name.replace("_", "-"), f"{value:g}" if isinstance(value, float) else str(value)]
    if options.rate:
        words += ["--rate", f"{options.rate:g}"]
    if options.idle_connections != 10_000:
        words += ["--idle-connections", str(options.idle_connections)]
    return " ".join(shlex.quote(word) for word in words)


def _public(command):
    """A command line without the places of this machine."""
    program = pathlib.Path(command[0])
    first = program if cache.HOME in program.parents else program.name
    text = " ".join(str(word) for word in (first, *command[1:]))
    for path, name in ((cache.HOME, "."), (cache.root(), "CACHE"), (pathlib.Path.home(), "~")):
        text = text.replace(str(path), name)
    return text
