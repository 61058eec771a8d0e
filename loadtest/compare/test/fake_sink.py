"""A little SMTP server for the tests. Usage: fake_sink.py PORT"""

import asyncio
import sys

REPLIES = {
    b"EHLO": b"250-fake\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"HELP": b"211 2.0.0 messages accepted 7, failed\r\n",
}


async def serve(reader, writer):
    writer.write(b"220 fake ESMTP\r\n")
    while line := await reader.readline():
        verb = line[:4].upper().strip()
        writer.write(b"221 bye\r\n" if verb == b"QUIT" else REPLIES.get(verb, b"250 ok\r\n"))
        if verb == b"QUIT":
            break
    writer.close()


async def main(port):
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1])))
