"""Arrays as one npz file that has the same bytes for the same arrays.

``np.savez_compressed`` leaves the timestamps inside to the zip library, which newer Pythons fill with the time of day;
so the zip is written here. Any npz reader reads it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can hold
_UNIX = 3


def packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """This will return the arrays as a compressed npz, or raise an ``InputError`` for one of Python objects."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_LONG_AGO)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, _UNIX
            inner = io.BytesIO()
            try:
                npy.write_array(inner, np.asarray(arrays[name], order="C"), allow_pickle=False)
            except ValueError as fault:
                raise InputError(
                    f"The array '{name}' holds Python objects, which cannot be stored.", hint="Store numbers or text."
                ) from fault
            archive.writestr(entry, inner.getvalue())
    return whole.getvalue()


def unpacked(content: bytes, file: str) -> dict[str, NDArray[Any]]:
    """This will return the arrays of an npz, or raise an ``ArtifactError`` that names ``file``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {
                entry.removesuffix(".npy"): npy.read_array(io.BytesIO(archive.read(entry)), allow_pickle=False)
                for entry in archive.namelist()
            }
    except (ValueError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as fault:
        raise ArtifactError(
            f"The arrays in {file} cannot be read.", file=file, hint="Train the model again, or copy the folder again."
        ) from fault
