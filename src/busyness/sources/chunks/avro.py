"""Avro files of any size, block by block, as they were written or by the schema of a reader."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro
import polars as pl
from fastavro.read import SchemaResolutionError

from busyness.domain.errors import InputError
from busyness.sources.chunks.avro_schemas import avro_schema
from busyness.sources.chunks.chunk import RawChunk
from busyness.sources.chunks.gathered import gathered
from busyness.sources.chunks.pruned import pruned
from busyness.sources.chunks.rejections import rejections
from busyness.sources.chunks.typed_column import typed_column
from busyness.sources.files.raw import row_numbers
from busyness.tables.events import Reason

MAGIC = b"Obj\x01"
_CODECS = {"null", "deflate", "bzip2", "xz"}
_AT_ONCE = 50_000
_DAMAGE = (EOFError, ValueError, LookupError, TypeError, ArithmeticError, MemoryError, OSError, zlib.error, struct.error)

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AvroFile:
    """``Chunks`` of an Avro file. ``lines`` number the records from 1; times are aware UTC where the schema says so."""

    path: Path
    reader: Schema | None
    columns: tuple[str, ...]
    rows: int

    @classmethod
    def open(cls, path: Path, *, reader: str | None, columns: Sequence[str] | None, rows: int) -> AvroFile:
        """This will read the schema the file was written by and see that ``reader``'s, if named, can read it.

        Raises: ``InputError`` where it is no Avro file or a field cannot be resolved (it is named),
        ``ColumnMissingError`` for a column that the schema does not have.
        """
        wanted = avro_schema(reader) if reader else None
        try:
            with path.open("rb") as file:
                records = fastavro.reader(file)
                writer, codec = records.writer_schema, records.codec
        except _DAMAGE:
            raise InputError(
                f"{path.name} is not an Avro file, or its beginning is damaged.", hint="Download or write it again."
            ) from None
        if not isinstance(writer, dict) or writer.get("type") != "record":
            raise InputError(f"{path.name} holds no records with fields.", hint="Write an Avro file of records.")
        if codec not in _CODECS:
            raise InputError(f"{path.name} is packed with {codec}.", hint="Write it with deflate.")
        names = [field["name"] for field in (wanted or writer)["fields"]]
        opened = cls(path, wanted, pruned(names, columns), rows)
        opened._refuse_unresolvable(1)
        return opened

    @property
    def name(self) -> str:
        """What to call the table in sentences."""
        return self.path.name

    def __iter__(self) -> Iterator[RawChunk]:
        """This will read the file from its beginning. Where it is damaged, one rejected row and a note say from where on.

        Raises: ``InputError`` that names a field whose values the reader's schema cannot read.
        """
        return gathered(self._parts(), self.rows)

    def _parts(self) -> Iterator[RawChunk]:
        held: list[Schema] = []
        done = 0
        yield self._chunk([], 0)
        with self.path.open("rb") as file:
            try:
                for block in fastavro.block_reader(file, self.reader):
                    held += list(block)  # a block that is damaged is left out as a whole
                    if len(held) >= min(_AT_ONCE, self.rows):
                        yield self._chunk(held, done)
                        done += len(held)
                        held = []
            except SchemaResolutionError:
                self._refuse_unresolvable(None)
                raise InputError(f"{self.name} cannot be read by this schema.", hint="Leave the reader out.") from None
            except _DAMAGE:
                yield self._broken_off(held, done)
                return
        yield self._chunk(held, done)

    def _chunk(self, records: list[Schema], done: int) -> RawChunk:
        columns = [typed_column(name, [record[name] for record in records]) for name in self.columns]
        return RawChunk(pl.DataFrame(columns), row_numbers(len(records), done + 1))

    def _broken_off(self, held: list[Schema], done: int) -> RawChunk:
        chunk, last = self._chunk(held, done), done + len(held)
        note = f"{self.name} is damaged or cut short after record {last:,}; the records up to it were read."
        return RawChunk(chunk.frame, chunk.lines, rejections([last + 1], Reason.DAMAGED, [None]), (note,))

    def _refuse_unresolvable(self, most: int | None) -> None:
        """This will name the first field that the reader's schema cannot read from the first ``most`` records."""
        for field in self.reader["fields"] if self.reader else []:
            alone = {**self.reader, "fields": [field]} if self.reader else None
            try:
                with self.path.open("rb") as file:
                    for number, _ in enumerate(fastavro.reader(file, alone), start=1):
                        if number == most:
                            break
            except SchemaResolutionError:
                raise InputError(
                    f"{self.name} was written by a schema whose '{field['name']}' cannot be read: the field is missing "
                    "or is of another type.",
                    hint="Leave the reader out, or write the file by a schema that keeps this field.",
                ) from None
            except _DAMAGE:
                continue
