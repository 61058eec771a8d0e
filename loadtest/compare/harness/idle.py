"""Many connections that said EHLO and then wait, held by this process."""

import selectors
import socket
import time

from .failure import Failure

_AT_ONCE = 200
_A_SOURCE = 100
_LIMIT_S = 180
_SOURCES = 250
_IP_BIND_ADDRESS_NO_PORT = 24


class IdleConnections:
    """Opened on enter, closed on exit. Source addresses are spread over 127.0.1.0/24, a hundred connections each."""

    def __init__(self, port, count):
        self._port = port
        self._count = count
        self._sockets = []
        self._selector = selectors.DefaultSelector()
        self._deadline = time.monotonic() + _LIMIT_S

    def __enter__(self):
        try:
            while len(self._sockets) < self._count:
                self._open(min(_AT_ONCE, self._count - len(self._sockets)))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._selector.close()
        for connection in self._sockets:
            connection.close()

    def check(self):
        """Asks each whether it is still served."""
        for start in range(0, len(self._sockets), _AT_ONCE):
            batch = self._sockets[start : start + _AT_ONCE]
            for connection in batch:
                connection.send(b"NOOP\r\n")
            self._await(batch, b"250")

    def _open(self, count):
        batch = []
        for _ in range(count):
            connection = socket.socket()
            self._sockets.append(connection)
            batch.append(connection)
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
            source = 1 + (len(self._sockets) - 1) // _A_SOURCE % _SOURCES
            connection.bind((f"127.0.1.{source}", 0))
            connection.connect_ex(("127.0.0.1", self._port))
        self._await(batch, b"220")
        for connection in batch:
            connection.send(b"EHLO idle.test\r\n")
        self._await(batch, b"250")

    def _await(self, batch, code):
        """Until each has a whole reply; Failure when one has another code, is closed, or time is over."""
        inputs = {}
        for connection in batch:
            inputs[connection] = b""
            self._selector.register(connection, selectors.EVENT_READ)
        while inputs:
            events = self._selector.select(max(0.0, self._deadline - time.monotonic()))
            if not events:
                raise Failure(f"{len(inputs)} of {self._count} idle connections got no {code.decode()} in time")
            for key, _ in events:
                octets = self._read(key.fileobj)
                inputs[key.fileobj] += octets
                if is_whole(inputs[key.fileobj], code):
                    self._selector.unregister(key.fileobj)
                    del inputs[key.fileobj]

    def _read(self, connection):
        try:
            octets = connection.recv(4096)
        except OSError as error:
            raise Failure(f"idle connection {self._sockets.index(connection) + 1}: {error.strerror}") from error
        if not octets:
            raise Failure(f"idle connection {self._sockets.index(connection) + 1} of {self._count} was closed")
        return octets


def is_whole(reply, code):
    """Whether a reply has its last line; Failure when it has another code."""
    if len(reply) >= 3 and not reply.startswith(code):
        raise Failure(f"an idle connection was answered {reply[:60].decode('latin-1').strip()!r}")
    lines = reply.split(b"\r\n")
    return len(lines) > 1 and not lines[-1] and lines[-2][3:4] != b"-"
