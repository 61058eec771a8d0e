"""README.md of a comparison: what is not good first, then a table for each profile, then how it was measured."""

from . import figures as fig
from .figures import Figures
from .goals import judge, number
from .machine import QUIET_LOAD
from .peers import FLOOR, LOG_FLOOR, OURS, POSTFIX, SINK, SPOOL
from .plots import plots

_GENERATOR_LIMIT = 0.9
_CALLS_SHOWN = 7


def render(setup, records):
    """Texts by file name."""
    figures = Figures(setup, records)
    drawn = plots(figures)
    sections = [_head(setup, figures)]
    sections.append(_not_good(setup, figures))
    for profile, title in figures.profiles.items():
        if profile.startswith("durable-"):
            sections.append(_durable(figures, profile, title, drawn))
        elif figures.has("load", profile):
            sections.append(_closed(figures, profile, title, drawn))
        elif figures.has("latency", profile):
            sections.append(_latency(figures, profile, title, drawn))
        elif figures.has("idle", profile):
            sections.append(_idle(figures, profile, title, drawn))
    sections += [_syscalls(figures), _start(figures), _method(setup), _servers(setup), _void(figures)]
    return {"README.md": "\n\n".join(section for section in sections if section) + "\n", **drawn}


def _head(setup, figures):
    text = f"# Posthaste and its peers\n\n{setup['date']}, commit {setup['commit']}."
    text += (
        " Every ratio is of two figures of the same round; given are the median and, in brackets, the least and"
        " the greatest. *250 means*: what the server promises when it says `250`: nothing (`none`), or that the message"
        " is on the disk (`fsync`). Servers of different promises do not do the same work."
    )
    doubts = _doubts(setup, figures)
    if doubts:
        text += "\n\n**Not figures to publish:** " + "; ".join(doubts) + "."
    return text


def _doubts(setup, figures):
    doubts = []
    if setup["quick"]:
        doubts.append("a quick run, with servers hardly warm")
    if setup["commit"].endswith("changed") or setup["commit"] == "unknown":
        doubts.append("the sources differ from every commit")
    if figures.commit_at_end() is None:
        doubts.append("the comparison was cut off")
    elif figures.commit_at_end() != setup["commit"]:
        doubts.append(f"the sources changed meanwhile: at the end they were {figures.commit_at_end()}")
    if setup["machine"]["load_before"] > QUIET_LOAD:
        doubts.append(f"the machine was busy (load {setup['machine']['load_before']:.1f} before)")
    if setup["trials"] < 5:
        doubts.append(f"{setup['trials']} set(s) of fresh processes, not five")
    return doubts


def _not_good(setup, figures):
    if OURS not in figures.peers and SPOOL not in figures.peers:
        return ""
    missed, met, unknown = judge(figures)
    lines = [f"- Goal missed. {line}." for line in missed]
    lines += [f"- {line}" for line in _beaten(figures)]
    lines += [f"- Void. {_where(record)}: {record['void']}" for record in figures.voids() if _is_ours(figures, record)]
    text = "## What is not good\n\n" + (
        "\n".join(lines) or "No goal was missed, no server was better, no run of ours was void."
    )
    if met:
        text += "\n\nGoals met: " + "; ".join(met) + "."
    if unknown:
        text += "\n\nNot measured here: " + "; ".join(unknown) + "."
    return text


def _is_ours(figures, record):
    return figures.peers.get(record["peer"], {}).get("ours", False)


def _beaten(figures):
    """Servers, the floors aside, that cost less CPU a message than ours, at the same promise."""
    for profile in figures.profiles:
        mine = SPOOL if profile.startswith("durable-") else OURS
        ours = figures.figure("load", profile, mine, fig.cpu_us)
        for name, peer in figures.peers.items():
            theirs = figures.figure("load", profile, name, fig.cpu_us)
            if ours and theirs and name not in (mine, FLOOR, LOG_FLOOR) and theirs.median < ours.median:
                figure = f"{number(theirs.median)} to {number(ours.median)} µs"
                yield f"{peer['title']} costs less CPU a message in {profile}: {figure}."


def _closed(figures, profile, title, drawn):
    head = [
        "server",
        "250 means",
        "CPU µs/message",
        "to smtp-sink",
        "to the floor",
        "messages/s",
        "server busy",
        "generator busy",
    ]
    rows = []
    for name, peer in _by(figures, lambda name: figures.figure("load", profile, name, fig.cpu_us)):
        cpu = figures.figure("load", profile, name, fig.cpu_us)
        if cpu is None:
            rows.append([peer["title"], peer["acknowledgement"], figures.why_not(profile, name)])
            continue
        busy = figures.figure("load", profile, name, fig.generator_busy)
        limit = " †" if busy.median >= _GENERATOR_LIMIT else ""
        rows.append(
            [
                peer["title"],
                peer["acknowledgement"],
                _spread(cpu),
                _spread(figures.ratio("load", profile, name, SINK, fig.cpu_us)),
                _spread(figures.ratio("load", profile, name, FLOOR, fig.cpu_us)),
                _spread(figures.figure("load", profile, name, fig.rate)) + limit,
                _percent(figures.figure("load", profile, name, fig.server_busy)),
                _percent(busy),
            ]
        )
    note = (
        "\n\n† the generator is the limit, not the server" if any("†" in cell for row in rows for cell in row) else ""
    )
    return f"## {profile}: {title}\n\n{_image(f'cpu-{profile}.svg', drawn)}{_table(head, rows)}{note}"


def _durable(figures, profile, title, drawn):
    head = [
        "server",
        "250 means",
        "messages/s",
        "to Postfix",
        "to the log floor",
        "250 after, p50 µs",
        "p99 µs",
        "p99 to Postfix",
        "CPU µs/message",
        "generator busy",
    ]
    rows = []
    for name, peer in _by(figures, lambda name: figures.figure("load", profile, name, lambda r: -fig.rate(r))):
        rate = figures.figure("load", profile, name, fig.rate)
        if rate is None:
            if figures.has("load", profile) and peer["acknowledgement"] == "fsync":
                rows.append([peer["title"], peer["acknowledgement"], figures.why_not(profile, name)])
            continue
        rows.append(
            [
                peer["title"],
                peer["acknowledgement"],
                _spread(rate),
                _spread(figures.ratio("load", profile, name, POSTFIX, fig.rate)),
                _spread(figures.ratio("load", profile, name, LOG_FLOOR, fig.rate)),
                _spread(figures.figure("load", profile, name, fig.acknowledgement("p50"))),
                _spread(figures.figure("load", profile, name, fig.acknowledgement("p99"))),
                _spread(figures.ratio("load", profile, name, POSTFIX, fig.acknowledgement("p99"))),
                _spread(figures.figure("load", profile, name, fig.cpu_us)),
                _percent(figures.figure("load", profile, name, fig.generator_busy)),
            ]
        )
    text = (
        "As fast as the server answers, each connection waiting for its 250. *250 after*: from the last octet of a"
        " message to its 250. Postfix's rate is that of its 250s; its queue is emptied behind each run."
    )
    return f"## {profile}: {title}\n\n{text}\n\n{_image(f'rate-{profile}.svg', drawn)}{_table(head, rows)}"


def _latency(figures, profile, title, drawn):
    head = [
        "server",
        "250 means",
        "asked/s",
        "reached/s",
        "p50 µs",
        "p99 µs",
        "p99.9 µs",
        "p99.9 to smtp-sink",
        "p99.9 uncorrected",
        "generator late, p99.9",
    ]
    rows = []
    for name, peer in _by(figures, lambda name: figures.figure("latency", profile, name, fig.corrected("p999"))):
        records = figures.of("latency", profile, name)
        if not records:
            rows.append([peer["title"], peer["acknowledgement"], figures.why_not(profile, name)])
            continue
        behind = sum(1 for record in records if record.get("kept_up") is False)
        rows.append(
            [
                peer["title"],
                peer["acknowledgement"],
                _spread(figures.figure("latency", profile, name, lambda record: record["requested_rate"])),
                _spread(figures.figure("latency", profile, name, fig.rate))
                + (f"; fell behind in {behind} of {len(records)}" if behind else ""),
                *(
                    _spread(figures.figure("latency", profile, name, fig.corrected(key)))
                    for key in ("p50", "p99", "p999")
                ),
                _spread(figures.ratio("latency", profile, name, SINK, fig.corrected("p999"))),
                _spread(figures.figure("latency", profile, name, fig.uncorrected("p999"))),
                _spread(figures.figure("latency", profile, name, fig.generator_lag("p999"))),
            ]
        )
    text = (
        "From the time when a message was due to its 250, so that a server that stalls cannot hide what waited"
        " meanwhile; uncorrected: from its sending. Of a server that fell behind these are lower bounds. Where the"
        " generator itself was late by more than a small part of a latency, that latency is not the server's."
    )
    return f"## {profile}: {title}\n\n{text}\n\n{_image(f'{profile}.svg', drawn)}{_table(head, rows)}"


def _idle(figures, profile, title, drawn):
    head = [
        "server",
        "250 means",
        "connections",
        "KiB each (Pss)",
        "to smtp-sink",
        "to the floor",
        "KiB each (Rss)",
        "resident before, MiB",
    ]
    rows = []
    for name, peer in _by(figures, lambda name: figures.figure("idle", profile, name, fig.pss_kib)):
        each = figures.figure("idle", profile, name, fig.pss_kib)
        if each is None:
            rows.append([peer["title"], peer["acknowledgement"], figures.why_not(profile, name)])
            continue
        rows.append(
            [
                peer["title"],
                peer["acknowledgement"],
                _spread(figures.figure("idle", profile, name, lambda record: record["connections"])),
                _spread(each),
                _spread(figures.ratio("idle", profile, name, SINK, fig.pss_kib)),
                _spread(figures.ratio("idle", profile, name, FLOOR, fig.pss_kib)),
                _spread(figures.figure("idle", profile, name, fig.rss_kib)),
                _spread(figures.figure("idle", profile, name, fig.resident_mib)),
            ]
        )
    text = "What the server's processes grew by, divided by the connections; memory of the kernel is not in it."
    return f"## {profile}: {title}\n\n{text}\n\n{_image(f'{profile}.svg', drawn)}{_table(head, rows)}"


def _syscalls(figures):
    rows = []
    for profile in figures.profiles:
        for name, peer in _by(figures, lambda name: figures.figure("syscalls", profile, name, fig.calls)):
            for record in figures.of("syscalls", profile, name):
                most = list(record["calls"].items())[:_CALLS_SHOWN]
                calls = ", ".join(f"{count:.1f} {call}" for call, count in most if count >= 0.05)
                rows.append([profile, peer["title"], peer["acknowledgement"], f"{record['total']:.1f}", calls])
    if not rows:
        return ""
    text = "By `strace -c -f` in a run of its own: a traced server is slower, so it finds more work at each look."
    return f"## System calls a message\n\n{text}\n\n" + _table(
        ["profile", "server", "250 means", "in all", "most of them"], rows
    )


def _start(figures):
    rows = []
    for name, peer in _by(figures, figures.started):
        found = figures.started(name)
        if found:
            rows.append([peer["title"], _spread(found)])
    return "## Start to listening\n\n" + _table(["server", "seconds"], rows) if rows else ""


def _method(setup):
    machine = setup["machine"]
    lines = [
        f"Machine: {machine['cpu']}, {machine['cpus']} CPUs, {machine['memory_gib']} GiB; Linux {machine['kernel']},"
        f" transparent huge pages: {machine['huge_pages']}; load {machine['load_before']:.2f} before.",
        f"Java: {machine['java']}.",
        f"Generators: smtp-source ({machine['smtp_source']}); `posthaste load` of this commit. Servers on CPU"
        f" {setup['server_cpu']}, generators on CPU {setup['generator_cpu']}.",
        f"CPU time of all of a server's processes: {setup['cpu_time']}.",
        f"{setup['trials']} set(s) of fresh processes; in each, for each profile, {_warm_up(setup)} a"
        f" server, then {setup['rounds']} rounds of about {setup['seconds']:g} s (posthaste load: twice that), forwards"
        f" and backwards through the servers (ABBA). Runs at a fixed rate: {setup['latency_s']:g} s.",
        "A run counts only when every message was answered `250`; of Posthaste also only when its own count (HELP"
        " STATUS) agrees.",
        "Raw data: `setup.json`, and `runs.jsonl` with a line for each run. This page and the plots are made from them:"
        " `loadtest/compare/run --report DIR`.",
    ]
    return f"## How it was measured\n\n`{setup['command']}`\n\n" + "\n".join("- " + line for line in lines)


def _warm_up(setup):
    least, most = setup["warm_up_s"], setup.get("warm_up_limit_s", setup["warm_up_s"])
    if most == least:
        return f"{least:g} s of warm-up"
    return f"{least:g} to {most:g} s of warm-up, until CPU time a message stands still,"


def _servers(setup):
    rows = [
        [peer["title"], peer["acknowledgement"], peer["version"], f"`{peer['command']}`"] for peer in setup["peers"]
    ]
    text = "## Servers\n\n" + _table(["server", "250 means", "version", "command"], rows)
    if setup["skipped"]:
        text += "\n\nNot installed, so not compared: " + "; ".join(setup["skipped"]) + "."
    return text


def _void(figures):
    rows = [
        [_where(record), record["peer"], record["void"].replace("|", "/").replace("\n", " ")]
        for record in figures.voids()
    ]
    return "## Void runs\n\n" + _table(["run", "server", "why"], rows) if rows else ""


def _where(record):
    turn = f", round {record['round']}" if "round" in record else ""
    return f"{record.get('profile', record['kind'])}, trial {record['trial']}{turn}"


def _by(figures, read):
    """The servers, least median first, those without a figure last."""

    def key(item):
        found = read(item[0])
        return (found is None, found.median if found else 0)

    return sorted(figures.peers.items(), key=key)


def _spread(found):
    if found is None:
        return "–"
    if found.least == found.most:
        return number(found.median)
    return f"{number(found.median)} ({number(found.least)}–{number(found.most)})"


def _percent(found):
    return "–" if found is None else f"{found.median:.0%}"


def _image(name, drawn):
    return f"![{name}]({name})\n\n" if name in drawn else ""


def _table(head, rows):
    """Rows may be short."""
    padded = [row + [""] * (len(head) - len(row)) for row in rows]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in padded])
