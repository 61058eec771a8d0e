"""One running server: started, pinned, metered, ended."""

import pathlib
import shutil
import socket
import tempfile
import time

from . import children, proc
from .dialogue import extensions
from .failure import Failure

_START_LIMIT_S = 60


class Server:
    """Of one peer, on one CPU, in a group and a directory of its own. Use it in a `with`."""

    def __init__(self, peer, port, cpu, meters):
        self.peer = peer
        self.port = port
        self.start_s = None
        self.extensions = []
        self._cpu = cpu
        self._meters = meters
        self._process = None
        self._meter = None
        self._directory = None

    def __enter__(self):
        try:
            self._launch()
            self.extensions = extensions(self.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _launch(self):
        self._refuse_taken_port()
        # Below the home of Postfix's processes, which are not root: /tmp may be entered by all.
        self._directory = pathlib.Path(tempfile.mkdtemp(prefix=f"posthaste-compare-{self.peer.name}-"))
        self.peer.prepare(self._directory, self.port)
        self._meter = self._meters.meter(self.peer.name)
        began = time.monotonic()
        with open(self._directory / "server.log", "wb") as log:
            self._process = children.start(
                self.peer.command(self._directory, self.port),
                cpu=self._cpu,
                log=log,
                environment=self.peer.environment(),
                directory=self._directory,
                enter=self._meter.enter,
            )
        self._await_listening(began + _START_LIMIT_S)
        self.start_s = time.monotonic() - began

    def _refuse_taken_port(self):
        """Else another's server would be measured as this one."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise Failure(f"{self.peer.name}: port {self.port}: {error.strerror} (see --ports)") from error

    def _await_listening(self, deadline):
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise Failure(f"{self.peer.name} ended at once: {self._last_words()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.005)
        raise Failure(f"{self.peer.name} does not listen after {_START_LIMIT_S} s: {self._last_words()}")

    def _last_words(self):
        text = (self._directory / "server.log").read_text(errors="replace")
        return " | ".join(text.split("\n")[-6:])[-400:] or "it said nothing"

    def pids(self):
        return self._meter.pids(self._process.pid)

    def usage_us(self):
        """CPU time so far, of all its processes."""
        return self._meter.usage_us(self._process.pid)

    def memory(self):
        return proc.memory(self.pids())

    def settle(self):
        self.peer.settle(self._directory)

    def check_alive(self):
        if self._process.poll() is not None:
            raise Failure(f"{self.peer.name} ended by itself: {self._last_words()}")

    def __exit__(self, *_):
        with children.NoInterrupt():
            try:
                if self._process is not None:
                    children.stop(self._process, self.pids)
            finally:
                if self._meter is not None:
                    self._meter.close()
                if self._directory is not None:
                    shutil.rmtree(self._directory, ignore_errors=True)
