"""Settings from YAML: environment values put in, every mistake named with its line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.workflows.complaints import complaint
from busyness.workflows.settings import RunSettings

S = TypeVar("S", bound=BaseModel)

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")

TEMPLATE = """\
# The whole chain: read, describe, train, forecast, check on the past, report. Run it with: busyness run {name}
# Paths start at the folder you run it in. A value may come from the environment: ${{VISITS:-visits.csv}}

counts:
  file: {file}            # CSV, Excel, Parquet, JSON lines, Arrow; .gz too
  # time: [date, hour]    # guessed when left out, like place and demand; the guess is said
  # place: store
  # demand: visitors
  timezone: America/Lima  # of the places; or the column that holds one
  every: 1h               # 15min, 1h, 1d
  # exclude: [S007]

calendar:
  country: PE             # whose public holidays count
  # region: CUS
  # opening_hours: opening_hours.csv
  # known: [promotions.csv]   # covariates known ahead: date or time, place, one column each
  # capacity: capacity.csv    # place,capacity

preparation:
  outliers: none          # none, zscore, iqr, hampel, cluster: masked for the model, never for the scores
  impute: none            # none, seasonal, mean, forward, backward, linear

model:
  model: boosted          # boosted, ridge, xgboost, sklearn.linear_model.HuberRegressor, …: see docs/models.md
  horizon: 168            # slots ahead
  # levels: [0.05, 0.5, 0.95]
  seed: 0
  # threads: 2            # the cores that are idle, when left out
  # fast: true

backtest:
  windows: 4              # origins, counted back from the end; or
  # origins: [2025-06-01, 2025-06-08]
  # step: 168
  refit: 1                # 1: at every origin, k: at every k-th, never: once

output:
  out: out
  lang: es                # es or en

# retrain:                  # when busyness retrain trains again; see docs/registry.md
#   every: 7d
#   on_drift: true
#   margin: 1%              # so much better a challenger must be

# plans:                    # what to do; see docs/plans.md
#   currency: PEN
#   staffing: {{staff: staff.csv, rules: pe}}
#   stock: {{products: products.csv, stock: stock.csv}}
#   promotions: {{promotions: promotions.csv}}
#   money: {{}}
"""


def read_config(file: Path, *, environment: Mapping[str, str] | None = None) -> RunSettings:
    """This will read a run's settings, as ``read_settings`` does."""
    return read_settings(file, RunSettings, environment=environment)


def read_settings(file: Path, kind: type[S], *, environment: Mapping[str, str] | None = None) -> S:
    """This will read settings of one kind, or raise ``SettingsError`` with the line that is wrong.

    ``${NAME}`` and ``${NAME:-default}`` are taken from the environment; relative paths start at the working directory.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file} cannot be read.", hint="busyness init writes one to start from.") from fault
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        raise SettingsError(
            "This is not valid YAML.", file=str(file), line=line, hint=str(getattr(fault, "problem", ""))
        ) from None
    if not isinstance(raw, dict) or root is None:
        raise SettingsError("The configuration is empty.", file=str(file), hint="busyness init writes one to start from.")
    environment = os.environ if environment is None else environment
    try:
        return kind.model_validate(_filled(raw, root, environment, str(file)))
    except ValidationError as fault:
        raise _explained(fault, root, file, kind=kind) from None


def _filled(value: object, node: yaml.Node, environment: Mapping[str, str], file: str) -> object:
    """The same value with every ``${NAME:-default}`` replaced."""
    if isinstance(node, yaml.MappingNode) and isinstance(value, dict):
        inner = {key.value: child for key, child in node.value}
        return {key: _filled(v, inner.get(str(key), node), environment, file) for key, v in value.items()}
    if isinstance(node, yaml.SequenceNode) and isinstance(value, list):
        return [_filled(v, child, environment, file) for v, child in zip(value, node.value, strict=True)]
    if not isinstance(value, str):
        return value

    def put(found: re.Match[str]) -> str:
        name, default = found.group(1), found.group(2)
        if name in environment:
            return environment[name]
        if default is None:
            raise SettingsError(
                f"The environment has no {name}.",
                file=file,
                line=node.start_mark.line + 1,
                hint=f"Set it, or write ${{{name}:-default}}.",
            )
        return default

    return _VARIABLE.sub(put, value)


def _explained(fault: ValidationError, root: yaml.Node, file: Path, *, kind: type[BaseModel]) -> SettingsError:
    first = fault.errors()[0]
    path: list[str | int] = list(first["loc"])
    line = line_of(root, path)
    where = ".".join(str(part) for part in path)
    if first["type"] == "extra_forbidden":
        names = sorted(_names(path[:-1], kind))
        return SettingsError(
            f"There is no setting '{where}'; known here are {', '.join(names)}.",
            file=str(file), line=line, hint=did_you_mean(str(path[-1]), names),
        )  # fmt: skip
    return SettingsError(f"{where}: {complaint(first)}", file=str(file), line=line)


def _names(path: list[str | int], kind: type[BaseModel]) -> list[str]:
    """What may stand where the path leads, of one kind of settings."""
    block: Any = kind
    for part in path:
        if isinstance(part, str):  # a number counts within a list: what is listed is of one kind
            field = getattr(block, "model_fields", {}).get(part)
            block = _block_of(field.annotation) if field else None
    return list(getattr(block, "model_fields", {}))


def _block_of(annotation: object) -> object:
    """The settings class in an annotation: itself, listed, or optional."""
    inner = [_block_of(part) for part in get_args(annotation)]
    return next((block for block in inner if hasattr(block, "model_fields")), annotation)


def line_of(root: yaml.Node, path: list[str | int]) -> int:
    """This will return the line of the deepest node on the path that is there."""
    node, line = root, root.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, child) for key, child in node.value if key.value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def write_template(file: Path, counts: str, *, force: bool = False) -> None:
    """This will write a commented configuration, never over a file that is there unless forced."""
    if file.exists() and not force:
        raise SettingsError(f"{file} is already there.", hint="Choose another name, or --force to replace it.")
    try:
        file.write_text(TEMPLATE.format(name=file, file=counts), "utf-8")
    except OSError as fault:
        raise SettingsError(f"{file} cannot be written: {fault.strerror}.", hint="Choose another folder.") from None
