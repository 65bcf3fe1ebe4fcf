"""Overrides: a person's figure beside the model's, with a reason, and later the score of who was right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from busyness.domain.errors import ConflictError, InputError
from busyness.state._base import sa
from busyness.state.checks import amount, filled, span
from busyness.state.column_types import utc
from busyness.state.database import Database
from busyness.state.decided import OVERRIDES
from busyness.state.numbered import added, found, listed
from busyness.state.paging import Page
from busyness.state.record import values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOverride:
    """What a person says of the slots from ``start`` to before ``end``.

    Either ``value`` (demand of each slot) or ``factor`` (of the model's) is given. ``model_values`` are the starts of
    those slots, each with the mean that ``model_version`` said. ``by`` is the id of a principal.
    """

    world: str
    place: str
    start: datetime
    end: datetime
    value: float | None = None
    factor: float | None = None
    reason: str
    by: str
    model_version: str
    model_values: tuple[tuple[datetime, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(NewOverride):
    """An override that is kept. The errors are sums of |said − observed| over the ``slots_scored``."""

    id: int
    at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    scored_at: datetime | None = None
    slots_scored: int | None = None
    model_error: float | None = None
    person_error: float | None = None

    @property
    def right(self) -> Literal["person", "model", "even"] | None:
        """Who was nearer to what came; none before it is known."""
        if self.model_error is None or self.person_error is None:
            return None
        nearer = self.person_error - self.model_error
        return "even" if nearer == 0 else "person" if nearer < 0 else "model"

    def said(self, model: float) -> float:
        """This will return the person's figure of a slot of which the model says ``model``."""
        return self.value if self.value is not None else model * float(self.factor or 0)


@dataclass(frozen=True, slots=True)
class OverrideScores:
    """Who was right so far, of the overrides that are scored and stand: how often, and by how much in all."""

    person: int
    model: int
    even: int
    slots: int
    person_error: float
    model_error: float


class Overrides:
    """The overrides of all worlds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewOverride, *, now: datetime) -> Override:
        """This will keep an override. Raises: ``InputError`` where it says nothing, or too much."""
        span(new.start, new.end)
        filled(new.reason, "reason")
        if (new.value is None) == (new.factor is None):
            raise InputError("An override says either a value or a factor.", hint="Give one of the two.")
        amount(new.value if new.value is not None else float(new.factor or 0), "value" if new.factor is None else "factor")
        for _, said in new.model_values:
            amount(said, "value of the model")
        with self._database.writing() as connection:
            return self.get(added(connection, OVERRIDES, {**values_of(new), "at": now}))

    def get(self, override: int) -> Override:
        """This will return an override. Raises: ``UnknownRecordError``."""
        return found(self._database, OVERRIDES, override, kind="override", made=_override)

    def withdraw(self, override: int, *, by: str, now: datetime) -> Override:
        """This will take an override back; it stays on record. Raises: ``ConflictError`` where it was taken back already."""
        with self._database.writing() as connection:
            stands = (OVERRIDES.c.id == override) & OVERRIDES.c.withdrawn_at.is_(None)
            change = OVERRIDES.update().where(stands).values(withdrawn_by=by, withdrawn_at=now)
            if not connection.execute(change).rowcount:
                gone = self.get(override)
                raise ConflictError("The override was withdrawn already.", by=gone.withdrawn_by or "", at=gone.withdrawn_at)
            return self.get(override)

    def standing(
        self, world: str, *, start: datetime, end: datetime, places: Sequence[str] | None = None
    ) -> tuple[Override, ...]:
        """This will return the overrides that touch a span and were not withdrawn, the oldest first: the last one wins."""
        touches = (OVERRIDES.c.start < end) & (OVERRIDES.c.end > start) & OVERRIDES.c.withdrawn_at.is_(None)
        asked = OVERRIDES.select().where(OVERRIDES.c.world == world, touches).order_by(OVERRIDES.c.id)
        if places is not None:
            asked = asked.where(OVERRIDES.c.place.in_(places))
        with self._database.reading() as connection:
            return tuple(_override(row._mapping) for row in connection.execute(asked))

    def list(
        self, world: str, *, places: Sequence[str] | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[Override]:
        """This will return overrides, the withdrawn too, the newest first."""
        asked = OVERRIDES.select().where(OVERRIDES.c.world == world)
        if places is not None:
            asked = asked.where(OVERRIDES.c.place.in_(places))
        return listed(self._database, asked, table=OVERRIDES, made=_override, limit=limit, cursor=cursor)

    def due(self, world: str, *, now: datetime) -> tuple[Override, ...]:
        """This will return the standing overrides whose last slot is over and that are not scored yet."""
        over = (OVERRIDES.c.end <= now) & OVERRIDES.c.scored_at.is_(None) & OVERRIDES.c.withdrawn_at.is_(None)
        asked = OVERRIDES.select().where(OVERRIDES.c.world == world, over).order_by(OVERRIDES.c.id)
        with self._database.reading() as connection:
            return tuple(_override(row._mapping) for row in connection.execute(asked))

    def score(self, override: int, observed: Mapping[datetime, float], *, now: datetime) -> Override:
        """This will compare model and person with what came in each slot; a later call scores anew.

        ``observed`` holds the demand of slots by their start; slots that it lacks (closed, not observed) do not count.
        """
        with self._database.writing() as connection:
            kept = self.get(override)
            came = {utc(start): value for start, value in observed.items()}
            slots = [(model, came[start]) for start, model in kept.model_values if start in came]
            values = {
                "scored_at": now,
                "slots_scored": len(slots),
                "model_error": sum(abs(model - value) for model, value in slots),
                "person_error": sum(abs(kept.said(model) - value) for model, value in slots),
            }
            connection.execute(OVERRIDES.update().where(OVERRIDES.c.id == override).values(**values))
            return self.get(override)

    def scores(self, world: str, *, since: datetime | None = None) -> OverrideScores:
        """This will sum up who was right in the standing overrides that begin at ``since`` or later."""
        scored = (OVERRIDES.c.world == world) & (OVERRIDES.c.slots_scored > 0) & OVERRIDES.c.withdrawn_at.is_(None)
        if since is not None:
            scored &= OVERRIDES.c.start >= since
        columns = (OVERRIDES.c.person_error, OVERRIDES.c.model_error, OVERRIDES.c.slots_scored)
        with self._database.reading() as connection:
            rows = [tuple(row) for row in connection.execute(sa.select(*columns).where(scored))]
        return OverrideScores(
            person=sum(person < model for person, model, _ in rows),
            model=sum(person > model for person, model, _ in rows),
            even=sum(person == model for person, model, _ in rows),
            slots=sum(slots for _, _, slots in rows),
            person_error=sum(person for person, _, _ in rows),
            model_error=sum(model for _, model, _ in rows),
        )


def _override(row: sa.RowMapping) -> Override:
    said = tuple((datetime.fromisoformat(start), float(value)) for start, value in row["model_values"])
    return Override(**{**row, "model_values": said})
