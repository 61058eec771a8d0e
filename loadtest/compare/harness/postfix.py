"""Postfix: a private instance, with its queue, that discards."""

import os
import pathlib
import pwd
import shutil
import time

from . import cache
from .failure import Failure
from .peer import Peer, debian_version, find

_DAEMONS = pathlib.Path("/usr/lib/postfix/sbin")
_SETTLE_S = 120
# A process for each connection: memory a connection is the same for few as for many, and many would fill the machine.
_CONNECTIONS = 300


class Postfix(Peer):
    name = "postfix"
    title = "Postfix smtpd, queue, discard"
    acknowledgement = "fsync"
    most_idle = _CONNECTIONS

    def missing(self):
        if not (_DAEMONS / "master").exists():
            return "apt-get install postfix (it sets up a mail server: not done by --install)"
        return None if os.geteuid() == 0 else "its master has to be started by root"

    def prepare(self, directory, port):
        owner = pwd.getpwnam("postfix")
        directory.chmod(0o755)  # its processes are not root
        for name in ("conf", "queue", "data"):
            (directory / name).mkdir()
        os.chown(directory / "data", owner.pw_uid, owner.pw_gid)
        values = {
            "DIR": directory,
            "PORT": port,
            "COMMANDS": pathlib.Path(find("postfix")).parent,
            "DAEMONS": _DAEMONS,
            "PROCESSES": _CONNECTIONS + 100,
        }
        for name in ("main.cf", "master.cf"):
            text = (cache.PEERS / "postfix" / name).read_text()
            for key, value in values.items():
                text = text.replace(f"@{key}@", str(value))
            (directory / "conf" / name).write_text(text)
        for path in ("dynamicmaps.cf", "postfix-files"):
            if (pathlib.Path("/etc/postfix") / path).exists():
                shutil.copy(pathlib.Path("/etc/postfix") / path, directory / "conf" / path)
        cache.run_quietly(["postfix", "-c", directory / "conf", "check"])

    def command(self, directory, port):
        return [_DAEMONS / "master", "-c", directory / "conf", "-d"]

    def settle(self, directory):
        """Its CPU time counts until the queue is empty, not until the last 250."""
        deadline = time.monotonic() + _SETTLE_S
        while any(_holds_files(directory / "queue" / name) for name in ("incoming", "active")):
            if time.monotonic() > deadline:
                raise Failure("postfix: the queue did not get empty")
            time.sleep(0.02)

    def version(self):
        return f"Postfix {debian_version('postfix')}".strip()


def _holds_files(directory):
    return any(files for _, _, files in os.walk(directory))
