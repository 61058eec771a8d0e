#!/usr/bin/env python3
"""CPU a message over STARTTLS, a connection and a handshake each: both engines of Posthaste, and Postfix.

All servers run at once on CPU 0, the generator (posthaste load) on CPU 1; each round goes through the servers forwards, the
next one backwards. A set is of fresh processes. Raw figures go to FILE, one JSON object a line.

usage: run.py [--sets N] [--rounds N] [--seconds S] [--java HOME] [--lock FILE] FILE
"""

import argparse
import contextlib
import fcntl
import glob
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(HOME / "loadtest" / "compare"))

from harness import children  # noqa: E402
from harness.generators import FROM, TO  # noqa: E402
from harness.meters import Meters  # noqa: E402
from harness.peer import Peer  # noqa: E402
from harness.postfix import Postfix  # noqa: E402
from harness.server import Server  # noqa: E402

PROFILES = {"full": ["--tls-resume", "off"], "resumed": ["--tls-resume", "on"]}
CONNECTIONS = 20


def jar(module, artifact, directory):
    found = glob.glob(str((directory or HOME / module / "target") / f"{artifact}-*-all.jar"))
    if not found:
        raise SystemExit(f"no {artifact} jar: build first")
    return found[0]


class Posthaste(Peer):
    """With the flags of the launcher, but not by it: it would build anew while sources change."""

    def __init__(self, engine, arguments, certificate):
        self.name = f"posthaste-{engine}"
        self._engine = engine
        self._arguments = arguments
        self._certificate = certificate

    def command(self, directory, port):
        tls = ["--tls-cert", self._certificate, "--tls-engine", self._engine, "--tls-handshake-rate", "0"]
        flags = ["-XX:+UseSerialGC", "-Xmn8m", "-XX:-UsePerfData", "-XX:MaxDirectMemorySize=1t"]
        return [
            *[pathlib.Path(self._arguments.java) / "bin" / "java", *flags],
            *["-jar", jar("src", "posthaste-server", self._arguments.jars), "sink"],
            *["--listen", f"127.0.0.1:{port}", "--reactors", "1", *tls],
        ]


class PostfixTls(Postfix):
    """As in the comparison, with TLS; its smtpd processes have a control group of their own beside that of all others."""

    def __init__(self, certificate, group):
        self._certificate = certificate
        self.group = group

    def prepare(self, directory, port):
        super().prepare(directory, port)
        daemons = directory / "daemons"
        daemons.mkdir()
        for real in pathlib.Path("/usr/lib/postfix/sbin").iterdir():
            (daemons / real.name).symlink_to(real)
        (daemons / "smtpd").unlink()
        (daemons / "smtpd").write_text(
            f'#!/bin/sh\necho $$ > {self.group.directory}/cgroup.procs\nexec /usr/lib/postfix/sbin/smtpd "$@"\n'
        )
        (daemons / "smtpd").chmod(0o755)
        main = directory / "conf" / "main.cf"
        text = main.read_text().replace("smtpd_tls_security_level = none", "smtpd_tls_security_level = may")
        text = text.replace("daemon_directory = /usr/lib/postfix/sbin", f"daemon_directory = {daemons}")
        main.write_text(
            text + f"smtpd_tls_chain_files = {self._certificate}\nsmtpd_tls_session_cache_timeout = 7200s\n"
        )
        with open(directory / "conf" / "master.cf", "a", encoding="ascii") as master:
            master.write("tlsmgr unix - - n 1000? 1 tlsmgr\n")


def smtpd_us(server):
    """CPU time of Postfix's smtpd processes; none for the others."""
    group = getattr(server.peer, "group", None)
    return group.usage_us(None) if group else 0


def run(server, profile, seconds, arguments):
    report = arguments.file.with_suffix(".load.json")
    before, before_smtpd = server.usage_us(), smtpd_us(server)
    subprocess.run(
        [
            *["taskset", "-c", "1", pathlib.Path(arguments.java) / "bin" / "java", "-XX:+UseSerialGC"],
            *["-jar", jar("loadtest", "posthaste-loadtest", arguments.jars), f"127.0.0.1:{server.port}"],
            *["--starttls", "--messages-per-connection", "1", "--connections", str(CONNECTIONS), "--quiet"],
            *["--duration", f"{seconds}s", "--from", FROM, "--to", TO, "--json", report, *PROFILES[profile]],
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    server.settle()
    load = json.loads(report.read_text())
    report.unlink()
    messages = load["messages"]["accepted"]
    smtpd = (smtpd_us(server) - before_smtpd) / messages
    figures = {
        "server": server.peer.name,
        "profile": profile,
        "messages": messages,
        "tls": load.get("tls"),
        "seconds": load["duration_s"],
        "cpu_us": (server.usage_us() - before) / messages + smtpd,
    }
    return {**figures, "smtpd_cpu_us": smtpd} if smtpd else figures


@contextlib.contextmanager
def locked(path):
    """Nobody else works meanwhile."""
    if path is None:
        yield
        return
    with open(path, "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def certificate(directory):
    """An ECDSA P-256 certificate and its key in one file."""
    file = directory / "tls.pem"
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
            *["-days", "30", "-subj", "/CN=mx.test", "-addext", "subjectAltName=DNS:mx.test"],
            *["-keyout", directory / "key.pem", "-out", directory / "cert.pem"],
        ],
        check=True,
        capture_output=True,
    )
    file.write_text((directory / "key.pem").read_text() + (directory / "cert.pem").read_text())
    return file


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--java", default=os.environ.get("JAVA_HOME", "/usr"))
    parser.add_argument("--jars", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--lock")
    parser.add_argument("--port", type=int, default=3210)
    parser.add_argument("file", type=pathlib.Path)
    arguments = parser.parse_args()
    children.raise_descriptor_limit()
    with tempfile.TemporaryDirectory() as directory, open(arguments.file, "a", encoding="ascii") as out:
        pem = certificate(pathlib.Path(directory))
        for number in range(arguments.sets):
            meters = Meters.choose()
            with contextlib.ExitStack() as stack:
                group = stack.enter_context(contextlib.closing(meters.meter("smtpd")))
                peers = [Posthaste(engine, arguments, pem) for engine in ("jdk", "boringssl")]
                peers.append(PostfixTls(pem, group))
                with locked(arguments.lock):
                    servers = [
                        stack.enter_context(Server(peer, arguments.port + index, 0, meters))
                        for index, peer in enumerate(peers)
                    ]
                for server in servers:
                    with locked(arguments.lock):
                        for profile in PROFILES:
                            run(server, profile, 2 * arguments.seconds, arguments)
                for turn in range(arguments.rounds):
                    for profile in PROFILES:
                        with locked(arguments.lock):
                            for server in servers if turn % 2 == 0 else reversed(servers):
                                figures = run(server, profile, arguments.seconds, arguments)
                                out.write(json.dumps({"set": number, "round": turn, **figures}) + "\n")
                                out.flush()
                                print(figures, flush=True)


main()
