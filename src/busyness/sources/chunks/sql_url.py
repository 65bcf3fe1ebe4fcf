"""URLs of databases: told from paths, taken from the environment, and never shown with their password."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, quote_plus, unquote

from busyness.domain.errors import InputError

_URL = re.compile(r"^[a-z][a-z0-9]*(\+[a-z0-9_]+)?://", re.IGNORECASE)
_ENVIRONMENT = "env:"
_TABLE = re.compile(r"#([\w$. ]+)$")
_PASSWORD = re.compile(r"://[^/?#]*?:(?P<password>.*)@")
_IN_QUERY = re.compile(r"(?i)(password|passwd|pwd|sslpassword)=([^&#]+)")


def is_sql_url(source: str) -> bool:
    """This will say whether a source names a database: ``dialect://…``, ``dialect+driver://…`` or ``env:NAME``."""
    return bool(_URL.match(source)) or source.startswith(_ENVIRONMENT)


def split_table(source: str) -> tuple[str, str | None]:
    """This will split ``url#table``.

    >>> split_table("sqlite:///shop.db#sales"), split_table("sqlite:///shop.db")
    (('sqlite:///shop.db', 'sales'), ('sqlite:///shop.db', None))
    """
    found = _TABLE.search(source)
    return (source[: found.start()], found.group(1)) if found else (source, None)


def resolved(url: str) -> str:
    """This will return the URL itself; ``env:NAME`` is looked up in the environment, where secrets belong.

    Raises: ``InputError`` where the variable is not set.
    """
    if not url.startswith(_ENVIRONMENT):
        return url
    name = url.removeprefix(_ENVIRONMENT)
    if not os.environ.get(name):
        raise InputError(f"The environment variable {name} is not set.", hint="Set it to the URL of the database.")
    return os.environ[name]


def without_secrets(text: str, url: str) -> str:
    """This will blank the URL's password in a sentence, however it is written there.

    >>> without_secrets('no login "ann" with s3cret', "postgresql://ann:s3cret@shop/main")
    'no login "ann" with ***'
    """
    found = _PASSWORD.search(url)
    secrets = {found["password"]} if found else set()
    secrets |= {value for _, value in _IN_QUERY.findall(url)}
    for secret in sorted({form for word in secrets for form in _forms(word)}, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _forms(secret: str) -> set[str]:
    plain = unquote(secret)
    return {secret, plain, quote(plain, safe=""), quote_plus(plain)} - {""}
