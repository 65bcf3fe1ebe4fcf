"""Pretrained models (Chronos): somebody else's weights read what came before an origin and say what comes next.

Nothing is trained here. The weights are a folder, or a name on the public hub, which the library looks up in its cache on
this machine first. They stay where they are: an artifact holds their name, not the weights. What these models do not read:
the calendar, holidays, covariates.

Source: Ansari et al., "Chronos: learning the language of time series", 2024.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError, MissingExtraError
from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, shaped
from busyness.models.seasonal import profile
from busyness.tables.examples import Cells
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

try:
    import torch
except ModuleNotFoundError:
    torch = None

_PATIENCE = 5  # seconds for the hub to answer
_LEAST_SLOTS = 48  # observed ones, for the model to say anything


class Pipeline(Protocol):
    """What the library's pipelines have in common."""

    def predict_quantiles(self, inputs: Any, prediction_length: int, quantile_levels: list[float]) -> tuple[Any, Any]:  # noqa: ANN401  # tensors
        """This will return quantiles ``[series, steps, levels]`` and means, of a list of series."""
        ...


@dataclass(frozen=True, slots=True)
class ChronosSettings:
    """``weights`` are a folder or a name on the hub; ``context`` slots are read, ``batch`` series at a time."""

    weights: str = "amazon/chronos-bolt-small"
    context: int = 2048
    batch: int = 32
    seed: int = 0
    threads: int = 1


def chronos_settings(arguments: Mapping[str, Any], *, seed: int = 0, threads: int = 1) -> ChronosSettings:
    """This will read ``weights``, ``context`` and ``batch`` from a model's arguments, or raise ``InputError``."""
    try:
        return ChronosSettings(**arguments, seed=seed, threads=threads)
    except TypeError as fault:
        raise InputError(
            f"Pretrained models do not know {', '.join(arguments)}.", hint="Their arguments are weights, context and batch."
        ) from fault


def pipeline(settings: ChronosSettings) -> Pipeline:
    """This will load the weights.

    Raises:
        MissingExtraError: the library is not installed.
        InputError: the weights cannot be had; the hint says what to do.

    """
    if find_spec("chronos") is None:
        raise MissingExtraError("Chronos", "chronos")
    import chronos  # noqa: PLC0415  # a quarter of a minute: only where weights are loaded

    try:
        load = partial(chronos.BaseChronosPipeline.from_pretrained, settings.weights, device_map=_device())
        found: Pipeline = load(local_files_only=not _to_be_fetched(settings.weights))
    except (OSError, ValueError, KeyError) as fault:
        raise InputError(
            f"The pretrained weights '{settings.weights}' cannot be had here.",
            hint="Fetch them on a machine that reaches the hub, and name their folder (with config.json in it): "
            '--arguments "weights=FOLDER".',
        ) from fault
    return found


def _to_be_fetched(weights: str) -> bool:
    """Whether the hub is asked: not for a folder or what lies in the cache, nor where one question gets no answer.

    The library itself would ask six times for each file, and complain each time.
    """
    import huggingface_hub  # noqa: PLC0415  # of the extra: only where weights are loaded

    if Path(weights).exists() or isinstance(huggingface_hub.try_to_load_from_cache(weights, "config.json"), str):
        return False
    try:
        huggingface_hub.get_session().head(huggingface_hub.constants.ENDPOINT, timeout=_PATIENCE)
    except Exception:  # noqa: BLE001  # whichever client it has, whatever that raises: there was no answer
        return False
    return True


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


class ChronosForecaster:
    """A pretrained model as a member. ``load`` brings the pipeline when it is first needed."""

    kind = "chronos"

    def __init__(
        self,
        builder: FeatureBuilder,
        settings: ChronosSettings,
        *,
        load: Callable[[ChronosSettings], Pipeline] = pipeline,
        watch: Stopwatch | None = None,
    ) -> None:
        self.builder = builder
        self.settings = settings
        self.load = load
        self.watch = watch or Stopwatch()
        self.pipeline: Pipeline | None = None
        self.horizon = 0

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will load the weights, or say that they cannot be had; there is nothing to learn."""
        fitted = type(self)(self.builder.prepared(panel), self.settings, load=self.load, watch=self.watch)
        fitted.horizon = horizon
        fitted.pipeline = self.pipeline or self.load(self.settings)
        return fitted

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed.

        A place with too little before an origin is answered by the seasonal profile.
        """
        cells = cells_ahead(panel, origins, horizon)
        said = np.full((len(origins), len(panel.places), horizon), np.nan, np.float32)
        clean = np.where(panel.outlier, np.float32(np.nan), panel.demand)
        opened = panel.open[:, : panel.origin]
        clean = np.where(opened | np.isfinite(clean), clean, 0)  # closed hours repeat, as the model can learn; gaps do not
        for number, origin in enumerate(origins):
            before = slice(max(origin - self.settings.context, 0), origin)
            seen = np.isfinite(clean[:, before]) & opened[:, before]
            rows = np.flatnonzero(seen.sum(axis=1) >= _LEAST_SLOTS)
            for begin in range(0, len(rows), self.settings.batch):
                some = rows[begin : begin + self.settings.batch]
                said[number, some] = self._continued(clean[some, before], horizon)
        flat = said.reshape(-1)
        bare = np.flatnonzero(~np.isfinite(flat))
        if len(bare):
            flat[bare] = self._profile(panel, cells.take(bare))
        return shaped(flat, panel, cells=cells, horizon=horizon)

    def _continued(self, series: NDArray[np.float32], horizon: int) -> NDArray[np.float32]:
        """The medians of the next slots of each series, as many as were fitted for, so that fewer are a part of them."""
        if self.pipeline is None:
            self.pipeline = self.load(self.settings)
        threads = torch.get_num_threads()
        torch.set_num_threads(self.settings.threads)
        try:
            with warnings.catch_warnings(), torch.random.fork_rng(), torch.inference_mode():
                warnings.simplefilter("ignore")  # that the horizon is longer than the weights were trained for
                torch.manual_seed(self.settings.seed)  # the first models draw samples
                steps = max(horizon, self.horizon)
                found, _ = self.pipeline.predict_quantiles(torch.from_numpy(series), steps, [0.5])
        finally:
            torch.set_num_threads(threads)
        return np.asarray(found[:, :horizon, 0].float().cpu().numpy(), np.float32)

    def _profile(self, panel: SealedPanel, cells: Cells) -> NDArray[np.float32]:
        examples = self.builder.examples(panel, cells)
        return np.asarray(profile(examples) * examples.level)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def to_parts(self) -> Parts:
        """This will return where the weights lie; they are not copied."""
        facts = {"features": self.builder.to_facts(), "settings": asdict(self.settings), "horizon": self.horizon}
        return Parts(self.kind, facts)

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with the settings of ``parts``, the threads its own; weights load when asked."""
        facts: Mapping[str, Any] = parts.facts
        try:
            settings = ChronosSettings(**{**facts["settings"], "threads": self.settings.threads})
            own = type(self)(self.builder, settings, load=self.load, watch=self.watch)
            own.horizon = int(facts["horizon"])
        except (KeyError, TypeError) as fault:
            raise ArtifactError("The artifact does not say which weights it needs.", file="manifest.json") from fault
        return own
