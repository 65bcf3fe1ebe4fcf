"""Arrays of an ``.npz`` file, read into memory or left on the disk and mapped."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_LARGE = 1 << 20  # bytes from which mapping an array is worth a file handle
_LOCAL_HEADER = 30  # bytes before a member's name; the lengths of its name and extra field are at 26 (PKWARE APPNOTE 4.3.7)


def read_npz(file: Path, *, mapped: bool = False) -> dict[str, NDArray[Any]]:
    """This will read every array; with ``mapped``, large ones that are not compressed stay on the disk, read-only.

    A mapped array takes no memory that the system could not take back, and is there at once; but its checksum is not
    looked at, and the file must not be changed while it is held. Give it only to files that nobody writes again.

    Raises:
        ValueError: the file is damaged.

    """
    try:
        return _read(file, mapped=mapped)
    except Exception as fault:  # zip, zlib, tokenizer and numpy each have words of their own for damage
        raise ValueError(f"{file} is damaged") from fault


def _read(file: Path, *, mapped: bool) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    if mapped:
        with ZipFile(file) as held:
            large = [info for info in held.infolist() if info.compress_type == ZIP_STORED and info.file_size >= _LARGE]
        found = {info.filename.removesuffix(".npy"): _mapped(file, info) for info in large}
    with file.open("rb") as raw, np.load(raw, allow_pickle=False) as arrays:
        return found | {name: arrays[name] for name in arrays.files if name not in found}


def _mapped(file: Path, member: ZipInfo) -> NDArray[Any]:
    with file.open("rb") as raw:
        raw.seek(member.header_offset)
        name, extra = struct.unpack("<26xHH", raw.read(_LOCAL_HEADER))
        raw.seek(name + extra, 1)
        major, _ = npy.read_magic(raw)
        header = npy.read_array_header_1_0 if major == 1 else npy.read_array_header_2_0
        shape, columns_first, dtype = header(raw)
        flat = np.memmap(file, dtype, "r", offset=raw.tell(), shape=(int(np.prod(shape)),))
    return np.asarray(flat).reshape(shape, order="F" if columns_first else "C")
