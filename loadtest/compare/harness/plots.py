"""Which plots a comparison has."""

from . import figures as fig
from . import svg
from .peers import FLOOR, SINK

_PERCENTILES = (("p50", "p50"), ("p99", "p99"), ("p999", "p99.9"))


def plots(figures):
    """SVG texts by file name. A profile without figures has none."""
    found = {}
    for profile, title in figures.profiles.items():
        if profile.startswith("durable-"):
            _add(found, f"rate-{profile}.svg", _rate(figures, profile, title))
        elif figures.has("load", profile):
            _add(found, f"cpu-{profile}.svg", _cpu(figures, profile, title))
        if figures.has("latency", profile):
            _add(found, f"{profile}.svg", _latency(figures, profile, title))
        if figures.has("idle", profile):
            _add(found, f"{profile}.svg", _idle(figures, profile, title))
    return found


def _add(found, name, plot):
    if plot is not None:
        found[name] = plot


def _cpu(figures, profile, title):
    """As ratios to smtp-sink, or to the floor, or as they are where neither has a figure."""
    base = next((name for name in (SINK, FLOOR) if figures.of("load", profile, name)), None)
    if base is None:
        return _single(
            figures,
            f"CPU a message: {title}",
            "microseconds",
            lambda name: figures.figure("load", profile, name, fig.cpu_us),
            None,
        )
    return _single(
        figures,
        f"CPU a message: {title}",
        f"ratio to {base}, median, least and greatest of the rounds",
        lambda name: figures.ratio("load", profile, name, base, fig.cpu_us),
        1.0,
    )


def _rate(figures, profile, title):
    return _single(
        figures,
        f"Messages a second: {title}",
        "messages/s, median, least and greatest of the rounds",
        lambda name: figures.figure("load", profile, name, fig.rate),
        None,
    )


def _idle(figures, profile, title):
    return _single(
        figures,
        f"Resident memory: {title}",
        "KiB a connection",
        lambda name: figures.figure("idle", profile, name, fig.pss_kib),
        None,
    )


def _single(figures, title, axis, read, line_at):
    rows = []
    for name, peer in figures.peers.items():
        found = read(name)
        if found is not None and found.least > 0:
            rows.append(svg.Row(_label(peer), (_mark(found),), _rank(name, peer)))
    rows.sort(key=lambda row: row.marks[0].value)
    return svg.dots(title, axis, rows, line_at=line_at) if rows else None


def _latency(figures, profile, title):
    rows = []
    for name, peer in figures.peers.items():
        found = [figures.figure("latency", profile, name, fig.corrected(key)) for key, _ in _PERCENTILES]
        if all(one is not None and one.least > 0 for one in found):
            rows.append(svg.Row(_label(peer), tuple(_mark(one) for one in found), _rank(name, peer)))
    if not rows:
        return None
    rows.sort(key=lambda row: row.marks[-1].value)
    series = [label for _, label in _PERCENTILES]
    return svg.dots(f"Latency: {title}", "microseconds from the planned time to the 250", rows, series)


def _label(peer):
    promise = peer["acknowledgement"]
    return peer["title"] if promise == "none" else f"{peer['title']} [{promise}]"


def _mark(found):
    return svg.Mark(found.median, found.least, found.most)


def _rank(name, peer):
    if peer["ours"]:
        return "ours"
    return "reference" if name in fig.REFERENCES else "other"
