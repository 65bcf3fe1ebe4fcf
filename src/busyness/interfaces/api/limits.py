"""How much one caller may ask for: requests by a token bucket, and bytes of a body, counted as they stream in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from busyness.interfaces.api.problems import Problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Bucket:
    """Tokens of one caller: they drip in at ``rate`` a second up to ``burst``; each request takes one."""

    __slots__ = ("at", "burst", "rate", "tokens")

    def __init__(self, rate: float, burst: float, at: float) -> None:
        self.rate, self.burst, self.tokens, self.at = rate, burst, burst, at

    def take(self, now: float) -> float:
        """This will take a token at ``now`` (seconds of a monotonic clock) and return 0, or the seconds until there is one.

        >>> bucket = Bucket(rate=1, burst=2, at=0)
        >>> [bucket.take(now) for now in (0, 0, 0, 1)]
        [0.0, 0.0, 1.0, 0.0]
        """
        if not self.rate:
            return 0.0
        tokens = min(self.tokens + (now - self.at) * self.rate, self.burst)
        self.at = now
        if tokens < 1:
            self.tokens = tokens
            return (1 - tokens) / self.rate
        self.tokens = tokens - 1
        return 0.0


class Buckets:
    """A bucket a caller, by name; the one that has waited longest is forgotten once there are too many."""

    def __init__(self, *, rate: float, burst: float, most: int = 50_000) -> None:
        self.rate, self.burst, self.most = rate, burst, most
        self._of: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, caller: str, now: float) -> Bucket:
        """This will return the caller's bucket, a full one where it is new."""
        bucket = self._of.get(caller)
        if bucket is None:
            bucket = self._of[caller] = Bucket(self.rate, self.burst, now)
            if len(self._of) > self.most:
                self._of.popitem(last=False)
        else:
            self._of.move_to_end(caller)
        return bucket

    def admit(self, caller: str, now: float) -> None:
        """This will take a token of the caller's bucket.

        Raises:
            Problem: 429, with the seconds to wait in ``Retry-After``.

        """
        wait = self.of(caller, now).take(now)
        if wait:
            raise too_many(wait)


def too_many(wait: float) -> Problem:
    """This will word the refusal of a request that came too soon."""
    seconds = int(wait) + 1
    return Problem(
        429, "Too many requests.", hint=f"Wait {seconds} s, then try again.", headers={"retry-after": str(seconds)}
    )


def too_large(most: int) -> Problem:
    """This will word the refusal of a body that is too large."""
    return Problem(413, f"The body is larger than {most:,} bytes.", field="body", hint="Send it in several parts.")


def bounded(receive: Receive, most: int) -> Receive:
    """This will return a ``receive`` that raises ``Problem`` 413 as soon as more than ``most`` bytes have come."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise too_large(most)
        return message

    return counted
