"""What a trial of a search chooses: the preparation, the model's open parameters, and who takes part in a blend.

A parameter is named ``model.alpha``; of a blend ``boosted.num_leaves``, with a number where two members are alike, and
``members.boosted`` says whether that one takes part. Those of a member that does not take part are not asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from busyness.domain.errors import InputError
from busyness.domain.stopwatch import Stopwatch
from busyness.models.open_parameters import OPEN, Range, own_parameters
from busyness.workflows.blend_members import MEMBERS, NamedMember, named_members
from busyness.workflows.settings import ModelSettings, PreparationSettings, RunSettings
from busyness.workflows.wiring.members import maker, usual_members

Values = dict[str, Any]
"""What one trial chose, by name."""

_PREPARATION: Mapping[str, tuple[str, ...]] = {
    "outliers": ("none", "zscore", "hampel"),
    "impute": ("none", "seasonal", "linear"),
    "last_days": ("all", "365", "180", "90"),
}
"""What of the preparation is searched, beside what the model opens (``models/open_parameters.py``)."""

_ALL, _BLEND, _ALONE = "all", "blend", "model"
_INSTEAD = {
    "auto": "Name the model that you want the best of: --model boosted, or --model blend.",
    "average": 'Search a blend of the same members: --model blend --arguments "members=boosted + forest + seasonal".',
}


@dataclass(frozen=True)
class SearchSpace:
    """The choices of one search. ``members`` are the model alone, or the candidates of a blend, by their prefix."""

    settings: RunSettings
    preparation: Mapping[str, tuple[str, ...]]
    members: Mapping[str, NamedMember]

    @classmethod
    def of(cls, settings: RunSettings, *, days: float) -> Self:
        """This will return the choices for a model whose shortest history is so many days; longer ones are not tried.

        Raises:
            InputError: this model has nothing that can be searched; the hint says what to do instead.

        """
        model, own = settings.model, settings.preparation
        if model.model == _BLEND:
            maker(_BLEND)(model, 1, Stopwatch())  # who cannot take part is said before anything is tried
            members = _prefixed(named_members(model.arguments, usual_members()))
        elif OPEN.get(model.model):
            members = {_ALONE: NamedMember(model.model, arguments=model.arguments)}
        else:
            known = ", ".join([_BLEND, *(name for name, opened in OPEN.items() if opened)])
            instead = _INSTEAD.get(model.model, f"Search one of {known}.")
            raise InputError(f"There is nothing to search in '{model.model}'.", hint=instead)
        lengths = tuple(text for text in _PREPARATION["last_days"] if text == _ALL or int(text) < days)
        choices = {**_PREPARATION, "last_days": lengths}
        given = _prepared(own)
        return cls(settings, {name: tuple(dict.fromkeys((*choices[name], given[name]))) for name in choices}, members)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that can be chosen."""
        return (*self.preparation, *self._part(), *(name for prefix in self.members for name in self._open(prefix)))

    @property
    def mark(self) -> str:
        """Twelve letters over the choices and what stays as it is: trials of another mark cannot be compared."""
        model = self.settings.model.model_dump(mode="json", exclude={"arguments", "threads", "levels", "horizon"})
        members = {
            prefix: [
                member.model,
                member.preparation.told(),
                {name: value for name, value in member.arguments.items() if name not in OPEN.get(member.model, {})},
                {name: asdict(bounds) for name, bounds in self._open(prefix).items()},
            ]
            for prefix, member in self.members.items()
        }
        facts = [model, self.settings.preparation.threshold, self.preparation, members]
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:12]

    def given(self) -> Values:
        """The trial of the given settings, parameters moved into their bounds; every candidate takes part."""
        values: Values = {**_prepared(self.settings.preparation), **dict.fromkeys(self._part(), True)}
        for prefix, member in self.members.items():
            opened = self._open(prefix)
            if opened:
                alone = self.settings.model.model_copy(update={"model": member.model, "arguments": member.arguments})
                own = own_parameters(maker(member.model)(alone, 1, Stopwatch()), member.model)
                values |= dict(zip(opened, own.values(), strict=True))
        return values

    def suggested(self, trial: Any) -> Values:  # noqa: ANN401  # an optuna.Trial
        """This will ask a trial for what it chooses. The last candidate takes part unasked where no other does."""
        values: Values = {name: trial.suggest_categorical(name, options) for name, options in self.preparation.items()}
        part = self._part()
        for name in part:
            if name != part[-1] or any(values[other] for other in part[:-1]):
                values[name] = trial.suggest_categorical(name, (True, False))
        for prefix in self._taking_part(values):
            for name, bounds in self._open(prefix).items():
                values[name] = _number(trial, name, bounds)
        return values

    def with_values(self, values: Mapping[str, Any]) -> RunSettings:
        """This will return the settings with what a trial chose."""
        prepared = self.settings.preparation.model_dump() | {name: values[name] for name in self.preparation}
        prepared["last_days"] = None if values["last_days"] == _ALL else int(values["last_days"])
        chosen = [self._chosen(prefix, values) for prefix in self._taking_part(values)]
        blended = self.settings.model.model == _BLEND
        arguments = {MEMBERS: [_written(member) for member in chosen]} if blended else chosen[0].arguments
        model = self.settings.model.model_dump(exclude_unset=True) | {"arguments": arguments}
        return self.settings.model_copy(
            update={
                "preparation": PreparationSettings.model_validate(prepared),
                "model": ModelSettings.model_validate(model),
            }
        )

    def kind(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """This will return what a trial chose but for numbers: its preparation, and who takes part."""
        return (*(str(values[name]) for name in self.preparation), *self._taking_part(values))

    def _open(self, prefix: str) -> dict[str, Range]:
        return {f"{prefix}.{name}": bounds for name, bounds in OPEN.get(self.members[prefix].model, {}).items()}

    def _part(self) -> tuple[str, ...]:
        return tuple(f"{MEMBERS}.{prefix}" for prefix in self.members) if len(self.members) > 1 else ()

    def _taking_part(self, values: Mapping[str, Any]) -> Iterator[str]:
        return (prefix for prefix in self.members if values.get(f"{MEMBERS}.{prefix}", True))

    def _chosen(self, prefix: str, values: Mapping[str, Any]) -> NamedMember:
        member = self.members[prefix]
        own = {name.removeprefix(f"{prefix}."): _shorter(values[name]) for name in self._open(prefix)}
        return NamedMember(member.model, member.preparation, {**member.arguments, **own})


def _prepared(own: PreparationSettings) -> dict[str, str]:
    return {"outliers": own.outliers, "impute": own.impute, "last_days": str(own.last_days or _ALL)}


def _prefixed(members: Sequence[NamedMember]) -> dict[str, NamedMember]:
    """The members by the name of their model, with a number where two are alike."""
    names = [member.model for member in members]
    return {
        name if names.count(name) == 1 else f"{name}{names[: k + 1].count(name)}": members[k] for k, name in enumerate(names)
    }


def _written(member: NamedMember) -> object:
    """A member as a configuration names it."""
    arguments = {"arguments": dict(member.arguments)} if member.arguments else {}
    facts = {"model": member.model, **member.preparation.told(), **arguments}
    return facts if len(facts) > 1 else member.model


def _number(trial: Any, name: str, bounds: Range) -> float:  # noqa: ANN401  # an optuna.Trial
    suggested: float
    if bounds.whole:
        suggested = trial.suggest_int(name, int(bounds.low), int(bounds.high), log=bounds.log)
    else:
        suggested = trial.suggest_float(name, bounds.low, bounds.high, log=bounds.log)
    return suggested


def _shorter(value: object) -> object:
    return float(f"{value:.4g}") if isinstance(value, float) else value
