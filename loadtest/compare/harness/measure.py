"""One run of one profile on one server, as a record; void when the server did not take every message."""

import pathlib
import tempfile
import time

from . import dialogue
from .failure import Failure
from .idle import IdleConnections
from .syscalls import Counter
from .warmth import Warmth

_PROBE_MESSAGES = 100
_LEAST_MESSAGES = 50
_TRACED_MESSAGES = 1000
_LOAD_FACTOR = 2  # posthaste load starts cold in each run: it gets more time
_MEMORY_STEADY = 0.01
_MEMORY_LIMIT_S = 5


class Bench:
    """How runs are made: seconds of a run, the least and the most of a warm-up, the environment of the generators."""

    def __init__(self, *, seconds, warm_up_s, warm_up_limit_s, latency_s, environment):
        self.seconds = seconds
        self.warm_up_s = warm_up_s
        self.warm_up_limit_s = max(warm_up_s, warm_up_limit_s)
        self.latency_s = latency_s
        self._environment = environment
        self._amounts = {}  # messages of a run, by (profile, peer), for generators that take no duration

    def warm_up(self, server, profile):
        """Until its CPU time a message stands still; learns how many messages make a run."""
        generator = profile.generator
        warmth = Warmth(least_s=self.warm_up_s, most_s=self.warm_up_limit_s, now=time.monotonic)
        amount = self.seconds if generator.by_duration else _PROBE_MESSAGES
        while True:
            before_us = server.usage_us()
            outcome = self._load(server, generator, amount)
            if not outcome.accepted:
                raise Failure("no message was accepted")
            if not generator.by_duration:
                rate = outcome.accepted / outcome.seconds
                amount = int(min(generator.most_messages, max(_LEAST_MESSAGES, rate * self.seconds)))
            if warmth.is_reached((server.usage_us() - before_us) / outcome.accepted):
                break
        if not generator.by_duration:
            self._amounts[profile.name, server.peer.name] = amount

    def _load(self, server, generator, amount):
        outcome = generator.run(server.port, amount, self._environment)
        if outcome.trouble:
            raise Failure(outcome.trouble)
        server.settle()
        return outcome

    def closed(self, server, profile):
        """A record of throughput and CPU time a message."""
        amount = self._amounts.get((profile.name, server.peer.name), _LOAD_FACTOR * self.seconds)
        return self._metered(server, profile.generator, amount)

    def open(self, server, profile, rate):
        """A record of latency at a fixed rate."""
        return self._metered(server, profile.generator(rate), self.latency_s)

    def _metered(self, server, generator, amount):
        accepted_before = dialogue.accepted(server.port) if server.peer.is_ours else 0
        usage_before = server.usage_us()
        outcome = generator.run(server.port, amount, self._environment)
        if outcome.trouble is None:
            server.settle()
        cpu_us = server.usage_us() - usage_before
        server.check_alive()
        record = {
            "messages": outcome.accepted,
            "seconds": round(outcome.seconds, 4),
            "generator_busy": round(outcome.generator_busy, 3),
            "server_busy": round(cpu_us / 1e6 / outcome.seconds, 3),
            **outcome.details,
        }
        if outcome.accepted:
            record["cpu_us_per_message"] = round(cpu_us / outcome.accepted, 3)
            record["rate"] = round(outcome.accepted / outcome.seconds, 1)
        record["void"] = outcome.trouble or self._discrepancy(server, outcome, accepted_before)
        return record

    @staticmethod
    def _discrepancy(server, outcome, accepted_before):
        if not server.peer.is_ours:
            return None
        counted = dialogue.accepted(server.port) - accepted_before
        if counted == outcome.accepted:
            return None
        return f"the generator counted {outcome.accepted} accepted messages, the server {counted}"

    def syscalls(self, server, profile):
        """A record of system calls a message, from a short run under strace."""
        generator = profile.generator
        amount = _LOAD_FACTOR * self.seconds if generator.by_duration else _TRACED_MESSAGES
        with tempfile.TemporaryDirectory(prefix="posthaste-compare-") as directory:
            counter = Counter(server.pids(), pathlib.Path(directory) / "summary")
            with counter:
                outcome = generator.run(server.port, amount, self._environment)
                if outcome.trouble is None:
                    server.settle()
        if outcome.trouble:
            return {"void": outcome.trouble}
        calls = {name: round(count / outcome.accepted, 3) for name, count in counter.calls.items()}
        calls = dict(sorted(calls.items(), key=lambda item: -item[1]))
        return {"messages": outcome.accepted, "calls": calls, "total": round(sum(calls.values()), 3), "void": None}


def idle(server, connections):
    """A record of resident memory for each idle connection."""
    before = _steady_memory(server)
    with IdleConnections(server.port, connections) as held:
        after = _steady_memory(server)
        held.check()
    return {
        "connections": connections,
        "before": before._asdict(),
        "after": after._asdict(),
        "rss_kib_per_connection": round((after.rss_kib - before.rss_kib) / connections, 3),
        "pss_kib_per_connection": round((after.pss_kib - before.pss_kib) / connections, 3),
        "void": None,
    }


def _steady_memory(server):
    deadline = time.monotonic() + _MEMORY_LIMIT_S
    last = server.memory()
    while True:
        time.sleep(0.5)
        now = server.memory()
        if abs(now.pss_kib - last.pss_kib) <= _MEMORY_STEADY * last.pss_kib or time.monotonic() > deadline:
            return now
        last = now
