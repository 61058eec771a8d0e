"""A little SMTP: what a server offers, and what Posthaste says of itself."""

import re
import socket

from .failure import Failure

_ACCEPTED = re.compile(r"messages accepted (\d+)")


class Dialogue:
    """One connection, commands and replies in turn."""

    def __init__(self, port, timeout_s=10):
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout_s)
        except OSError as error:
            raise Failure(f"no connection to port {port}: {error}") from error
        self._input = self._socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._input.close()
        self._socket.close()

    def reply(self):
        """The lines of one reply, with code and separator."""
        lines = []
        while True:
            try:
                line = self._input.readline()
            except OSError as error:
                raise Failure(f"no reply: {error}") from error
            if not line.endswith(b"\n"):
                raise Failure("the connection was closed within a reply")
            lines.append(line.decode("latin-1").rstrip("\r\n"))
            if lines[-1][3:4] != "-":
                return lines

    def command(self, text):
        try:
            self._socket.sendall(text.encode("ascii") + b"\r\n")
        except OSError as error:
            raise Failure(f"{text}: {error}") from error
        return self.reply()


def parse_extensions(lines):
    """The keywords in a reply to EHLO; its first line is the server's name."""
    return sorted({words[0].upper() for words in (line[4:].split() for line in lines[1:]) if words})


def extensions(port):
    """What the server offers; an empty list where EHLO is refused."""
    with Dialogue(port) as dialogue:
        if not dialogue.reply()[0].startswith("220"):
            raise Failure("no 220 greeting")
        lines = dialogue.command("EHLO compare.test")
        dialogue.command("QUIT")
    return parse_extensions(lines) if lines[0].startswith("250") else []


def parse_accepted(lines):
    """Messages accepted, from a reply to HELP STATUS."""
    for line in lines:
        match = _ACCEPTED.search(line)
        if match:
            return int(match.group(1))
    raise Failure("HELP STATUS does not tell how many messages were accepted")


def accepted(port):
    """How many messages a Posthaste accepted since it started."""
    with Dialogue(port) as dialogue:
        dialogue.reply()
        lines = dialogue.command("HELP STATUS")
        dialogue.command("QUIT")
    return parse_accepted(lines)
