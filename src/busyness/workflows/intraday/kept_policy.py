"""A learned policy as a file: its arrays, whose it is and who is in charge; no pickle."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from busyness.decisions.intraday.residual import Residual
from busyness.domain.errors import ArtifactError, InputError
from busyness.tables.parts import Parts

_FACTS, _CHARGE = "facts", "charge"


@dataclass(frozen=True)
class Charge:
    """Who is in charge of a cluster (``learned`` or ``lookahead``) since which day, and why. ``spread`` is the standard
    deviation of a day's gain in the trial. A policy that was ``sent_away`` has to learn again before it may come back.
    """

    cluster: str
    in_charge: str
    since: date
    spread: float
    sent_away: bool
    reason: str


@dataclass(frozen=True)
class Kept:
    """A learned policy and what was decided about it (None: nothing yet)."""

    policy: Residual
    charge: Charge | None = None

    @property
    def version(self) -> str:
        """Eight signs that differ where a weight does."""
        parts = self.policy.to_parts()
        digest = sha256()
        for name in sorted(parts.arrays):
            digest.update(name.encode() + np.ascontiguousarray(parts.arrays[name]).tobytes())
        return digest.hexdigest()[:8]


def packed_policy(kept: Kept) -> bytes:
    """This will return the content of a ``learned.npz``."""
    parts = kept.policy.to_parts()
    held = io.BytesIO()
    charge = None if kept.charge is None else {**asdict(kept.charge), "since": kept.charge.since.isoformat()}
    facts = json.dumps({"kind": parts.kind, **parts.facts, _CHARGE: charge})
    np.savez(held, **{_FACTS: np.array([facts])}, **parts.arrays)  # type: ignore[arg-type]  # arrays by name
    return held.getvalue()


def unpacked_policy(file: Path) -> Kept:
    """This will read what ``packed_policy`` made; raises ``ArtifactError`` where it cannot, and
    ``InputError`` where there is no such file.
    """
    if not file.is_file():
        raise InputError(f"There is no file {file}.", hint="Leave --learned out until there is a learned.npz.")
    try:
        with np.load(file, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        facts = json.loads(str(arrays.pop(_FACTS)[0]))
        charge = _charge(facts.pop(_CHARGE, None))
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as fault:
        raise ArtifactError(
            f"{file} holds no learned policy.", file=file.name, hint="Learn it again: --learn 80."
        ) from fault
    return Kept(Residual.from_parts(Parts(str(facts.pop("kind")), facts, {}, arrays)), charge)


def _charge(facts: dict[str, Any] | None) -> Charge | None:
    return None if facts is None else Charge(**{**facts, "since": date.fromisoformat(facts["since"])})
