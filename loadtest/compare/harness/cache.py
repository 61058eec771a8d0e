"""Where what was built for the peers is kept, outside of the repository, and how it is built."""

import hashlib
import os
import pathlib
import shutil
import subprocess

from .failure import Failure

HOME = pathlib.Path(__file__).resolve().parents[3]
PEERS = HOME / "loadtest" / "compare" / "peers"
_INSTALL_LIMIT_S = 900


def root():
    """The cache directory, by the XDG rules."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "posthaste-compare"


def place(name, *sources):
    """The directory for what is made from these files: other contents, another directory, so nothing goes stale."""
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return root() / f"{name}-{digest.hexdigest()[:12]}"


def make(directory, build):
    """Runs build(directory) on a fresh directory, which is kept only when all went well."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    try:
        build(directory)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def run(command, directory=None, environment=None):
    """Runs an installer and says so."""
    print("  " + " ".join(str(word) for word in command), flush=True)
    run_quietly(command, directory, environment)


def run_quietly(command, directory=None, environment=None):
    """Runs a program to its end; its output is shown only when it fails."""
    result = subprocess.run(
        [str(word) for word in command],
        cwd=directory,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_INSTALL_LIMIT_S,
    )
    if result.returncode:
        raise Failure(f"{command[0]} failed:\n{result.stdout[-2000:]}")


def apt(*packages):
    """Installs Debian packages; only root may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failure("as root: apt-get install " + " ".join(packages))
    run(["apt-get", "install", "-y", *packages], environment={"DEBIAN_FRONTEND": "noninteractive"})
