"""The catalog of features, and the exact design matrix of a file, written a chunk at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from busyness.domain.errors import InputError, TooLittleHistoryError, did_you_mean
from busyness.domain.threads import free_threads
from busyness.features.builder import FAMILIES, DirectFeatures, FeatureSpec
from busyness.features.catalog import catalog_table, every_feature
from busyness.features.encodings import Labels, OneHot, Standardizer, TargetMeans
from busyness.features.matrix import design_matrix, matrix_table
from busyness.sources.files.counts import CountsSource
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel
from busyness.workflows.ingest import ingest, preparer
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import RunSettings

Encoding = Literal["none", "normalize", "onehot", "labels", "target"]
_FEW = ("day_of_week", "season", "day_type", "month")


def catalog() -> pl.DataFrame:
    """This will return every feature: name, family, kind, source, formula, unit, availability."""
    return catalog_table(every_feature())


def write_features(
    settings: RunSettings,
    source: CountsSource | None = None,
    *,
    encode: Encoding = "none",
    progress: Progress | None = None,
) -> tuple[int, list[str], list[Path]]:
    """This will write ``features.parquet`` and ``catalog.csv``: every observed cell with all features, seen from the last
    midnight before it. Returns the rows, the features and the files.

    Memory is bounded by the chunk, except with an encoding, which is fitted on the whole matrix and stored beside it in
    ``encoding.json``.
    """
    if encode not in get_args(Encoding):
        known = ", ".join(get_args(Encoding))
        raise InputError(
            f"There is no encoding '{encode}'; known are {known}.", hint=did_you_mean(encode, get_args(Encoding))
        )
    progress = progress or Silent()
    progress.step("Reading")
    found = ingest(settings, source)
    sealed = preparer(settings.preparation)(found.panel.sealed())
    builder = DirectFeatures(FeatureSpec(families=tuple(FAMILIES)), threads=free_threads(settings.model.threads))
    builder = builder.prepared(sealed)
    chunks = _watched(design_matrix(builder, sealed), progress, int(np.isfinite(sealed.demand).sum()))
    facts: dict[str, Any] | None = None
    if encode != "none":
        whole, facts = _encoded(list(chunks), encode)
        chunks = iter([whole])
    out = settings.output.out
    with results(out) as stage:
        names = _sink(sealed, chunks, stage / "features.parquet")
        catalog_table(builder.catalog(sealed)).write_csv(stage / "catalog.csv")
        if facts is not None:
            (stage / "encoding.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
        made = sorted(file.name for file in stage.iterdir())
    rows = int(pl.scan_parquet(out / "features.parquet").select(pl.len()).collect().item())
    return rows, names, [out / name for name in made]


def _sink(sealed: SealedPanel, chunks: Iterator[Examples], file: Path) -> list[str]:
    """Writes the chunks as they come, and returns the features' names."""
    first = next(chunks, None)
    if first is None:
        raise TooLittleHistoryError("There is no observed slot to make features of.", hint="Read a longer file.")
    head = matrix_table(sealed, first)

    def tables(columns: list[str] | None, *_hints: object) -> Iterator[pl.DataFrame]:
        yield head if columns is None else head.select(columns)
        for chunk in chunks:
            made = matrix_table(sealed, chunk)
            yield made if columns is None else made.select(columns)

    register_io_source(tables, schema=head.schema).sink_parquet(file)
    return list(first.names)


def _watched(chunks: Iterator[Examples], progress: Progress, total: int) -> Iterator[Examples]:
    done = 0
    for chunk in chunks:
        done += len(chunk.cells)
        progress.step("Making features", done, total=total)
        yield chunk


def _encoded(chunks: list[Examples], encode: str) -> tuple[Examples, dict[str, Any]]:
    """All chunks as one, with the encoding put on its columns, and what it learned."""
    if not chunks:
        raise TooLittleHistoryError("There is no observed slot to make features of.", hint="Read a longer file.")
    whole = _joined(chunks)
    few = tuple(name for name in (*_FEW, *whole.categorical) if name in whole.names and name != "place")
    categorical = tuple(dict.fromkeys(few))
    if encode == "normalize":
        numeric = tuple(name for name in whole.names if name not in whole.categorical)
        standard = Standardizer(numeric).fit(whole)
        made, facts = standard.transform(whole), standard.to_facts()
    elif encode == "onehot":
        onehot = OneHot(categorical).fit(whole)
        made, facts = onehot.transform(whole), onehot.to_facts()
    elif encode == "labels":
        labels = Labels(categorical).fit(whole)
        made, facts = labels.transform(whole), labels.to_facts()
    else:
        names = (*categorical, *(("place",) if "place" in whole.names else ()))
        means, made = TargetMeans(names).fit_transform(whole, whole.y, whole.cells.slot)
        facts = means.to_facts()
    encoded = replace(whole, X=made.X, names=made.names, categorical=())
    return encoded, {"encoding": encode, **facts}


def _joined(chunks: list[Examples]) -> Examples:
    first = chunks[0]
    cells = Cells(
        *(np.concatenate([getattr(chunk.cells, name) for chunk in chunks]) for name in ("place", "slot", "origin"))
    )
    parts = {name: np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in ("X", "y", "weight", "level")}
    return Examples(names=first.names, categorical=first.categorical, cells=cells, **parts)
