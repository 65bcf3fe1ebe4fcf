"""Ids of records as they stand in paths."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

RecordId = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_.:|-]+$")]
"""The id of a user, a key, a release."""
Number = Annotated[int, Path(ge=1, le=2**53)]
"""The number of an override, a swap, a notice."""
