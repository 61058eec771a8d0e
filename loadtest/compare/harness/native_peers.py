"""Peers written in C, Go and Python."""

import os
import shutil
import subprocess
import sys

from . import cache
from .peer import Peer, debian_version, find, first_line

MOST_CONNECTIONS = 19_000


class SmtpSink(Peer):
    name = "smtp-sink"
    title = "smtp-sink (Postfix)"
    # It walks a list of all its timers for each: 10,000 take minutes to open, and its limit of 100 s ends the first.
    most_idle = 2000

    def missing(self):
        return (
            None if find("smtp-sink") else "apt-get install postfix (it sets up a mail server: not done by --install)"
        )

    def command(self, directory, port):
        user = ["-u", "root"] if os.geteuid() == 0 else []
        return [find("smtp-sink"), *user, "-m", str(MOST_CONNECTIONS), f"127.0.0.1:{port}", "1024"]

    def version(self):
        return f"Postfix {debian_version('postfix')}".strip()


class GoSmtp(Peer):
    """Built from Debian's package of the library, which needs no module proxy."""

    name = "go-smtp"
    title = "go-smtp"
    _packages = ("golang-go", "golang-github-emersion-go-smtp-dev", "golang-github-emersion-go-sasl-dev")

    def _program(self):
        return cache.place("go-smtp", *(cache.PEERS / "go-smtp").glob("*.go")) / "go-smtp-sink"

    def missing(self):
        return (
            None if self._program().exists() else "--install builds it with Go (apt: " + ", ".join(self._packages) + ")"
        )

    def install(self):
        if not (find("go") and all(debian_version(package) for package in self._packages[1:])):
            cache.apt(*self._packages)
        cache.make(self._program().parent, self._build)

    def _build(self, directory):
        environment = {
            "GO111MODULE": "off",
            "GOPATH": "/usr/share/gocode",
            "GOCACHE": str(directory / "cache"),
        }
        cache.run(["go", "build", "-o", directory / "go-smtp-sink", "."], cache.PEERS / "go-smtp", environment)
        shutil.rmtree(directory / "cache")

    def command(self, directory, port):
        return [self._program(), port]

    def version(self):
        return f"go-smtp {debian_version(self._packages[1])} (Debian), {first_line(['go', 'version'])}"


class Aiosmtpd(Peer):
    name = "aiosmtpd"
    title = "aiosmtpd"

    def _python(self):
        for python in dict.fromkeys(["/usr/bin/python3", sys.executable]):
            if find(python) and _imports(python, "aiosmtpd"):
                return python
        return None

    def missing(self):
        return None if self._python() else "--install gets it (apt: python3-aiosmtpd)"

    def install(self):
        cache.apt("python3-aiosmtpd")

    def command(self, directory, port):
        return [self._python(), cache.PEERS / "aiosmtpd_sink.py", port]

    def version(self):
        python = self._python()
        known = first_line([python, "-c", "import aiosmtpd; print(aiosmtpd.__version__)"])
        return f"aiosmtpd {known}, {first_line([python, '--version'])}"


def _imports(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, timeout=30).returncode == 0
