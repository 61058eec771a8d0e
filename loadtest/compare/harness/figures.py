"""Medians and ratios of a comparison, from its records."""

from .peers import FLOOR, SINK
from .statistics import paired_ratios, spread

REFERENCES = (SINK, FLOOR)


class Figures:
    """Answers None for what was not measured. Void records never count."""

    def __init__(self, setup, records):
        self.peers = {peer["name"]: peer for peer in setup["peers"]}
        self.profiles = setup["profiles"]
        self._records = records

    def of(self, kind, profile, name):
        """The valid records of a kind."""
        return [record for record in self._matching(profile, name) if record["kind"] == kind and not record["void"]]

    def voids(self, name=None):
        """Void records, of one server or of all."""
        return [record for record in self._records if record["void"] and name in (None, record["peer"])]

    def commit_at_end(self):
        """Of the sources; None when the comparison was cut off."""
        return next((record["commit"] for record in self._records if record["kind"] == "end"), None)

    def has(self, kind, profile):
        return any(record["kind"] == kind and record.get("profile") == profile for record in self._records)

    def _matching(self, profile, name):
        return [record for record in self._records if record.get("profile") == profile and record["peer"] == name]

    def figure(self, kind, profile, name, read):
        """The spread of what read(record) gives."""
        return spread(read(record) for record in self.of(kind, profile, name))

    def ratio(self, kind, profile, name, base, read):
        """The spread of the ratios to another server, each of two figures of the same round."""
        return spread(
            paired_ratios(self._by_round(kind, profile, name, read), self._by_round(kind, profile, base, read))
        )

    def _by_round(self, kind, profile, name, read):
        found = {}
        for record in self.of(kind, profile, name):
            value = read(record)
            if value is not None:
                found[record["trial"], record.get("round", 0)] = value
        return found

    def why_not(self, profile, name):
        """One phrase for a server that has no figure in a profile."""
        records = self._matching(profile, name)
        for record in records:
            if record["kind"] == "not_offered":
                return "not offered: " + ", ".join(record["lacking"])
            if record["kind"] == "beyond":
                return f"cannot: saturates at {record['saturation']:,.0f} messages/s"
        if any(record["void"] for record in records):
            return "void, see below"
        if any(record["void"] for record in self._records if record["peer"] == name and record["kind"] == "start"):
            return "did not start"
        return "not measured"

    def started(self, name):
        return spread(
            record["seconds"]
            for record in self._records
            if record["kind"] == "start" and record["peer"] == name and not record["void"]
        )


def cpu_us(record):
    return record.get("cpu_us_per_message")


def rate(record):
    return record.get("rate")


def server_busy(record):
    return record.get("server_busy")


def generator_busy(record):
    return record.get("generator_busy")


def pss_kib(record):
    return record.get("pss_kib_per_connection")


def rss_kib(record):
    return record.get("rss_kib_per_connection")


def resident_mib(record):
    return record["before"]["pss_kib"] / 1024


def calls(record):
    return record.get("total")


def corrected(percentile):
    """A reader of a latency from the planned time, in microseconds.

    Where the server fell behind, messages that were never begun count with the wait they had: a lower bound.
    """

    def read(record):
        latencies = record["latency_us"]
        behind = latencies.get("corrected_with_not_begun") if record.get("kept_up") is False else None
        return (behind or latencies["corrected"])[percentile]

    return read


def uncorrected(percentile):
    """A reader of a latency from the time of sending, in microseconds."""
    return lambda record: record["latency_us"]["uncorrected"][percentile]


def acknowledgement(percentile):
    """A reader of the time from the last octet of a message to its 250, in microseconds."""
    return lambda record: (record.get("acknowledgement_us") or {}).get(percentile)


def generator_lag(percentile):
    """A reader of how late the generator itself was, in microseconds."""
    return lambda record: (record.get("generator_lag_us") or {}).get(percentile)
