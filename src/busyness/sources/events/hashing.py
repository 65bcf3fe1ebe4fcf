"""People's ids → names that say nothing about them: the same id always gets the same name, and nobody can go back."""

from __future__ import annotations

import hashlib

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.files.place_ids import read_places

SHORTEST_SALT = 16
_BYTES = 8  # among ten million people, two share a name with a chance of about one in 400,000


def check_salt(salt: str) -> None:
    """This will raise an ``InputError`` where the salt is too short to protect anybody. The salt is never repeated."""
    if len(salt) < SHORTEST_SALT:
        raise InputError(
            f"The salt has {len(salt)} characters, which is too few to protect anybody.",
            hint=f"Use a secret of at least {SHORTEST_SALT} random characters, and keep it out of the settings file.",
        )


def hashed(values: pl.Series, salt: str) -> pl.Series:
    """This will return 16 hex digits for each id (String; null where there is none): keyed BLAKE2b (RFC 7693).

    The same id and salt give the same digits, ``17`` and ``17.0`` too. Each distinct value is hashed once. Without the
    salt nobody can find out whether a digit string belongs to a known id, which a plain hash would allow.

    Raises ``InputError`` for a salt of fewer than 16 characters.
    """
    check_salt(salt)
    key = hashlib.blake2b(salt.encode(), digest_size=64).digest()  # keys are at most 64 bytes; salts may be longer
    texts = read_places(values)
    distinct = texts.unique().drop_nulls()
    digests = [hashlib.blake2b(text.encode(), digest_size=_BYTES, key=key).hexdigest() for text in distinct.to_list()]
    names = pl.DataFrame({"text": distinct, "name": pl.Series(digests, dtype=pl.String)})
    return texts.to_frame("text").join(names, on="text", how="left", maintain_order="left")["name"].alias(values.name)
