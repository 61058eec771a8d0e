"""Sends mail over STARTTLS, a connection and a handshake for each message, for a time; fast from its first message on.

usage: sender.py PORT SECONDS full|resumed
Prints the messages that were answered 250, and how many of the sessions were resumed.
"""

import socket
import ssl
import sys
import time

SIZE = 4096


def expect(file, code):
    """One reply, of however many lines."""
    while True:
        line = file.readline()
        if not line.startswith(code):
            raise SystemExit(f"expected {code!r}, got {line!r}")
        if line[3:4] == b" ":
            return


def say(sock, file, octets, code):
    sock.sendall(octets)
    expect(file, code)


def send(context, port, content, session):
    """One message; returns the session, and whether it continues the one before."""
    plain = socket.create_connection(("127.0.0.1", port), 10)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    file = plain.makefile("rb", buffering=0)
    lines = Lines(file)
    expect(lines, b"220")
    say(plain, lines, b"EHLO client.test\r\n", b"250")
    say(plain, lines, b"STARTTLS\r\n", b"220")
    with context.wrap_socket(plain, server_hostname="mx.test", session=session) as secure:
        with secure.makefile("rb") as replies:
            say(secure, replies, b"EHLO client.test\r\n", b"250")
            say(secure, replies, b"MAIL FROM:<sender@example.test>\r\n", b"250")
            say(secure, replies, b"RCPT TO:<recipient@example.test>\r\n", b"250")
            say(secure, replies, b"DATA\r\n", b"354")
            say(secure, replies, content, b"250")
            resumed = secure.session_reused
            after = secure.session
            say(secure, replies, b"QUIT\r\n", b"221")
    return after, resumed


class Lines:
    """Lines of a plain socket, of which nothing behind the last one may be taken."""

    def __init__(self, file):
        self._file = file

    def readline(self):
        line = b""
        while not line.endswith(b"\n"):
            octet = self._file.read(1)
            if not octet:
                break
            line += octet
        return line


def main():
    port, seconds, profile = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    header = b"From: sender@example.test\r\nTo: recipient@example.test\r\nSubject: x\r\n\r\n"
    line = b"x" * 70 + b"\r\n"
    content = header + line * ((SIZE - len(header)) // len(line)) + b".\r\n"
    messages = resumed = 0
    session = None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        after, continued = send(context, port, content, session)
        session = after if profile == "resumed" else None
        messages += 1
        resumed += continued
    print(messages, resumed)


main()
