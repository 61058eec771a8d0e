#!/usr/bin/env python3
"""Many senders of large mail at once, one octet stream each, and what the server's process takes meanwhile.

usage: senders.py HOST:PORT PID --senders N --octets L [--stop-after S] [--probe]

Each sender begins a message of L octets (MAIL with SIZE=L, DATA). All begin before the first sends content; then all send
as fast as the server reads. With --stop-after all connections are cut S octets (over all senders) into the contents, so that a run on
a small disk is bounded; without it each waits for its 250. --probe sends a message of 10 KiB meanwhile, one after the other, on a
connection of its own, and tells how long each took. Every 0.2 s the resident memory of PID is read.
Prints a line a second and a summary. Loopback only. Standard library only."""
import argparse, selectors, socket, sys, time

LINE = b'0123456789' * 7 + b'abcdef\r\n'
PIECE = LINE * 840  # 65,520 octets


def resident(pid):
    kib = {}
    for line in open(f'/proc/{pid}/status'):
        name, _, rest = line.partition(':')
        if name in ('VmRSS', 'RssAnon', 'VmHWM', 'Threads'):
            kib[name] = int(rest.split()[0])
    return kib


class Sender:
    """A dialogue, driven by readiness."""

    def __init__(self, address, octets):
        self.socket = socket.create_connection(address)
        self.octets = octets - octets % len(LINE)
        self.sent = 0
        self.replies = b''
        self.offset = 0

    def ask(self, line, code):
        self.socket.sendall(line)
        self.expect(code)

    def expect(self, code):
        while True:
            reply = self.line()
            if reply[3:4] != b'-':
                if reply[:3] != code:
                    sys.exit(f'unexpected: {reply!r}')
                return reply

    def line(self):
        while b'\r\n' not in self.replies:
            more = self.socket.recv(4096)
            if not more:
                sys.exit(f'closed after {self.sent} octets: {self.replies!r}')
            self.replies += more
        line, _, self.replies = self.replies.partition(b'\r\n')
        return line

    def begin(self, number):
        self.expect(b'220')
        self.ask(b'EHLO client.example\r\n', b'250')
        self.ask(b'MAIL FROM:<s%d@client.example> SIZE=%d\r\n' % (number, self.octets), b'250')
        self.ask(b'RCPT TO:<b@server.example>\r\n', b'250')
        self.ask(b'DATA\r\n', b'354')
        self.socket.setblocking(False)

    def send(self):
        """Sends what the socket takes; the octets taken."""
        before = self.sent
        while self.sent < self.octets:
            end = min(len(PIECE), self.offset + self.octets - self.sent)
            try:
                count = self.socket.send(memoryview(PIECE)[self.offset:end])
            except BlockingIOError:
                break
            self.sent += count
            self.offset = (self.offset + count) % len(PIECE)
            break
        return self.sent - before


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('server')
    parser.add_argument('pid', type=int)
    parser.add_argument('--senders', type=int, required=True)
    parser.add_argument('--octets', type=int, required=True)
    parser.add_argument('--stop-after', type=int, default=0)
    parser.add_argument('--probe', action='store_true')
    options = parser.parse_args()
    host, _, port = options.server.rpartition(':')
    address = (host, int(port))

    def connected(number, octets):
        sender = Sender(address, octets)
        sender.begin(number)
        return sender

    print('resident at start, KiB:', resident(options.pid))
    senders = [connected(i, options.octets) for i in range(options.senders)]
    print(f'{len(senders)} senders are in DATA, KiB:', resident(options.pid))
    selector = selectors.DefaultSelector()
    for sender in senders:
        selector.register(sender.socket, selectors.EVENT_WRITE, sender)

    probe, asked, probe_ms = None, 0.0, []
    if options.probe:
        probe = socket.create_connection(address)
        dialogue = b'EHLO probe.example\r\n'
        probe.recv(4096)
        probe.sendall(dialogue)
        time.sleep(0.2)
        probe.recv(65536)
        probe.setblocking(False)
        selector.register(probe, selectors.EVENT_READ, None)

    mail = (b'MAIL FROM:<p@client.example>\r\nRCPT TO:<b@server.example>\r\nBDAT %d LAST\r\n' % (len(LINE) * 131)) + LINE * 131
    got = b''
    begun = time.monotonic()
    looked = told = begun
    total, most, most_anon, accepted = 0, 0, 0, 0
    if probe:
        probe.sendall(mail)
        asked = begun
    open_senders = len(senders)
    while open_senders:
        for key, _ in selector.select(0.2):
            sender = key.data
            if sender is None:
                got += probe.recv(65536)
                if got.count(b'\r\n') >= 3:
                    if not got.split(b'\r\n')[2].startswith(b'250'):
                        print('probe:', got)
                    probe_ms.append((time.monotonic() - asked) * 1000)
                    got = b''
                    asked = time.monotonic()
                    probe.setblocking(True)
                    probe.sendall(mail)
                    probe.setblocking(False)
            elif sender.sent < sender.octets:
                total += sender.send()
                if sender.sent == sender.octets:
                    sender.socket.setblocking(True)
                    sender.socket.sendall(b'.\r\n')
                    selector.modify(sender.socket, selectors.EVENT_READ, sender)
            else:
                reply = sender.line()
                accepted += reply.startswith(b'250')
                if not reply.startswith(b'250'):
                    print(reply)
                selector.unregister(sender.socket)
                open_senders -= 1
        now = time.monotonic()
        if now - looked > 0.2:
            looked = now
            kib = resident(options.pid)
            most = max(most, kib['VmRSS'])
            most_anon = max(most_anon, kib['RssAnon'])
            if now - told > 1:
                told = now
                least = min(s.sent for s in senders)
                print(f'{now - begun:6.1f} s  {total >> 20:6} MiB sent, least of a sender {least >> 10} KiB, resident {kib["VmRSS"]} KiB')
        if options.stop_after and total >= options.stop_after:
            break
    took = time.monotonic() - begun
    print(f'sent {total >> 20} MiB by {len(senders)} senders of {options.octets} octets in {took:.1f} s, accepted {accepted},'
          f' least of a sender {min(s.sent for s in senders)}')
    print(f'resident: most {most} KiB, of these anonymous {most_anon} KiB; at the end', resident(options.pid))
    if probe_ms:
        probe_ms.sort()
        print(f'probe: {len(probe_ms)} messages of 10 KiB meanwhile, ms: median {probe_ms[len(probe_ms) // 2]:.1f},'
              f' p99 {probe_ms[len(probe_ms) * 99 // 100]:.1f}, most {probe_ms[-1]:.1f}')


main()
