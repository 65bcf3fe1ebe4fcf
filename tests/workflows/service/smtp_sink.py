"""A mail server for tests: it speaks enough SMTP to take letters, and refuses when told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Sink:
    """Where it listens, what it took (receiver, letter), and whether it refuses."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuses: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """This will hold one conversation."""
        to, answer = "", b"220 sink\r\n"
        while True:
            writer.write(answer)
            await writer.drain()
            line = (await reader.readline()).decode().strip()
            word = line[:4].upper()
            if not line or word == "QUIT":
                break
            answer = b"250 fine\r\n"
            if word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                answer = b"451 later\r\n" if self.refuses else answer
            elif word == "DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.taken.append((to, message_from_bytes(body[:-5], policy=policy.default)))
        writer.write(b"221 bye\r\n")
        writer.close()


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """This will run one in a thread until the block ends."""
    sink, loop = Sink(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(sink.serve, "127.0.0.1", 0))
    sink.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_over(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _over() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
