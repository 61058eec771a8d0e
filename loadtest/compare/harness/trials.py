"""The course of a comparison: trials of fresh processes, in them profiles, in them rounds in turns (ABBA)."""

import contextlib

from . import figures, measure, profiles, statistics
from .failure import Failure
from .peers import SINK
from .server import Server

_MARGIN = 1.1  # a server that saturates below this much of a rate is not asked for it
_VOID_LIMIT = 2  # so many void runs in a profile, and a peer is out of it


class Course:
    """Runs everything. record(dictionary) is called for each run; say(text) for what the user should see."""

    def __init__(self, plan, bench, meters, record, say):
        self._plan = plan
        self._bench = bench
        self._meters = meters
        self._emit = record
        self._say = say
        self._rates = {}  # (profile, peer) -> rates of valid runs
        self._asked = {}  # profile -> the rate asked for, the same in all trials
        self._voids = {}  # (profile, peer) -> number
        self._warm = set()  # servers that had their warm-up, of whatever profile

    def run(self):
        for trial in range(1, self._plan.trials + 1):
            self._say(f"trial {trial} of {self._plan.trials}")
            self._together(trial)
            self._idle(trial)

    def _together(self, trial):
        """All servers at once: those that wait cost nothing, and turns can be short."""
        kinds = (profiles.ClosedLoop, profiles.OpenLoop)
        wanted = [profile for profile in self._plan.profiles if isinstance(profile, kinds)]
        if not wanted:
            return
        with contextlib.ExitStack() as stack:
            servers = self._start_all(stack, trial)
            for profile in wanted:
                self._profile(profile, servers, trial)
            if trial == self._plan.trials and self._plan.is_strace:
                for profile in wanted:
                    if isinstance(profile, profiles.ClosedLoop):
                        self._syscalls(profile, servers, trial)

    def _start_all(self, stack, trial):
        servers = {}
        for index, peer in enumerate(self._plan.peers):
            try:
                server = Server(peer, self._plan.port_base + index, self._plan.server_cpu, self._meters)
                servers[peer.name] = stack.enter_context(server)
                self._record({"kind": "start", "seconds": round(server.start_s, 3), "void": None}, peer.name, trial)
            except Failure as failure:
                self._record({"kind": "start", "void": str(failure)}, peer.name, trial)
        return servers

    def _profile(self, profile, servers, trial):
        able = self._able(profile, servers, trial)
        if isinstance(profile, profiles.ClosedLoop):
            able = [name for name in able if self._warmed(profile, servers[name], trial)]
            rate = None
        else:
            rate = self._rate(profile)
            if rate is None:
                self._say(
                    f"  {profile.name}: no rate, as smtp-sink's saturation is unknown (profile {profiles.SATURATION})"
                )
                return
            able = [name for name in able if self._can_hold(profile, rate, name, trial)]
            able = [name for name in able if self._served(servers[name]) or self._warmed(profile, servers[name], trial)]
        for round_index in range(self._plan.rounds):
            for name in statistics.order(able, round_index):
                if self._voids.get((profile.name, name), 0) < _VOID_LIMIT:
                    self._one(profile, servers[name], rate, trial, round_index + 1)

    def _able(self, profile, servers, trial):
        """Those that offer what the profile needs; of the others it is recorded that they do not."""
        able = []
        promise = getattr(profile, "acknowledgement", "")
        for name, server in servers.items():
            if promise and server.peer.acknowledgement != promise:
                continue
            lacking = [keyword for keyword in profile.needs if keyword not in server.extensions]
            if lacking:
                self._record({"kind": "not_offered", "lacking": lacking, "void": None}, name, trial, profile)
            else:
                able.append(name)
        return able

    def _warmed(self, profile, server, trial):
        is_closed = isinstance(profile, profiles.ClosedLoop)
        try:
            self._bench.warm_up(server, profile if is_closed else self._plan.plain)
            self._warm.add(server)
            return True
        except Failure as failure:
            kind = "load" if is_closed else "latency"
            self._void({"kind": kind, "void": f"warm-up: {failure}"}, server.peer.name, trial, profile)
            return False

    def _served(self, server):
        return server in self._warm

    def _rate(self, profile):
        if profile.rate:
            return profile.rate
        if self._plan.rate:
            return self._plan.rate
        if profile.name not in self._asked:
            found = statistics.spread(self._rates.get((profiles.SATURATION, SINK), []))
            if found is None:
                return None
            self._asked[profile.name] = round(profile.fraction * found.median)
        return self._asked[profile.name]

    def _can_hold(self, profile, rate, name, trial):
        found = statistics.spread(self._rates.get((profiles.SATURATION, name), []))
        if found is None or found.median >= _MARGIN * rate:
            return True
        beyond = {"kind": "beyond", "requested_rate": rate, "saturation": found.median, "void": None}
        self._record(beyond, name, trial, profile)
        return False

    def _one(self, profile, server, rate, trial, round_number):
        name = server.peer.name
        kind = "load" if rate is None else "latency"
        try:
            if rate is None:
                record = self._bench.closed(server, profile)
            else:
                record = self._bench.open(server, profile, rate)
        except Failure as failure:
            record = {"void": str(failure)}
        record = {"kind": kind, "round": round_number, **record}
        if record["void"]:
            self._void(record, name, trial, profile)
            return
        self._record(record, name, trial, profile)
        self._rates.setdefault((profile.name, name), []).append(record["rate"])
        latency = f" {figures.corrected('p999')(record):9.0f} us p99.9" if kind == "latency" else ""
        self._say(
            f"  {profile.name:12} {name:18} {record['cpu_us_per_message']:9.1f} us/message"
            f" {record['rate']:9.0f} messages/s{latency}"
        )

    def _syscalls(self, profile, servers, trial):
        for name in self._able(profile, servers, trial=None):
            if not self._rates.get((profile.name, name)):
                continue
            try:
                record = self._bench.syscalls(servers[name], profile)
            except Failure as failure:
                record = {"void": str(failure)}
            self._record({"kind": "syscalls", **record}, name, trial, profile)
            if not record["void"]:
                self._say(f"  {profile.name:12} {name:18} {record['total']:9.1f} system calls/message")

    def _idle(self, trial):
        """Each server alone, fresh but having served: what the first messages touch is no price of a connection."""
        for profile in self._plan.profiles:
            if isinstance(profile, profiles.Idle):
                for index, peer in enumerate(self._plan.peers):
                    self._idle_one(profile, peer, self._plan.port_base + index, trial)

    def _idle_one(self, profile, peer, port, trial):
        connections = min(self._plan.idle_connections, peer.most_idle or self._plan.idle_connections)
        try:
            with Server(peer, port, self._plan.server_cpu, self._meters) as server:
                self._bench.warm_up(server, self._plan.plain)
                record = measure.idle(server, connections)
        except Failure as failure:
            record = {"void": str(failure)}
        self._record({"kind": "idle", **record}, peer.name, trial, profile)
        if not record["void"]:
            self._say(f"  {profile.name:12} {peer.name:18} {record['pss_kib_per_connection']:9.2f} KiB/connection")

    def _void(self, record, name, trial, profile):
        key = profile.name, name
        self._voids[key] = self._voids.get(key, 0) + 1
        self._record(record, name, trial, profile)

    def _record(self, record, name, trial, profile=None):
        if trial is None:
            return
        if record["void"]:
            self._say(f"  {profile.name if profile else 'start':12} {name:18} VOID: {record['void']}")
        head = {"trial": trial, "peer": name}
        if profile:
            head["profile"] = profile.name
        self._emit({**head, **record})
