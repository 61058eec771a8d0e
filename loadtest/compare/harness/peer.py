"""What the harness has to know of a server to compare it."""

import os
import pathlib
import shutil
import subprocess


class Peer:
    """One server. Subclasses say how it is found, installed and started.

    acknowledgement: what its 250 promises: none, or fsync (the message is on the disk).
    most_idle: the most idle connections it is asked to hold; None: as many as the others.
    """

    name = ""
    title = ""
    acknowledgement = "none"
    is_ours = False
    most_idle = None

    def missing(self):
        """None when it can be started; else one line that says what is missing and how to install it."""
        raise NotImplementedError

    def install(self):
        """Makes it available, or raises Failure."""

    def prepare(self, directory, port):
        """Writes what it needs into its own empty directory. Called once before each start."""

    def command(self, directory, port):
        """The words that start it in the foreground, listening on loopback."""
        raise NotImplementedError

    def environment(self):
        return {}

    def settle(self, directory):
        """Waits until nothing is left to do for the messages so far, and clears what they left behind."""

    def version(self):
        """One line for the report."""
        raise NotImplementedError


class Java:
    """The Java that runs the servers written in it."""

    def __init__(self, home=None):
        self.home = pathlib.Path(home) if home else _home()

    def program(self, name):
        return self.home / "bin" / name if self.home else name

    def environment(self):
        return {"JAVA_HOME": str(self.home)} if self.home else {}

    def version(self):
        return first_line([self.program("java"), "-version"])


def _home():
    home = os.environ.get("JAVA_HOME")
    return pathlib.Path(home) if home else None


def find(name):
    """A program on the path, or where Debian keeps those of the administrator."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/lib/postfix/sbin")


def first_line(command):
    """Of what a program says of its version; empty when it says nothing or is not there."""
    try:
        result = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=30,
        )
    except FileNotFoundError:
        return ""
    return next((line.strip() for line in result.stdout.splitlines() if line.strip()), "")


def debian_version(package):
    """As dpkg knows it, or empty."""
    if not shutil.which("dpkg-query"):
        return ""
    result = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, timeout=30
    )
    return result.stdout.strip() if result.returncode == 0 else ""
