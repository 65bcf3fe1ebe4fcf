"""A learned policy as a file: arrays and two facts, no pickle."""

from __future__ import annotations

import io
import json
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from busyness.decisions.intraday.residual import Residual
from busyness.domain.errors import ArtifactError
from busyness.tables.parts import Parts

_FACTS = "facts"


def packed_policy(policy: Residual) -> bytes:
    """This will return the content of a ``learned.npz``."""
    parts = policy.to_parts()
    held = io.BytesIO()
    facts = json.dumps({"kind": parts.kind, **parts.facts})
    np.savez(held, **{_FACTS: np.array([facts])}, **parts.arrays)  # type: ignore[arg-type]  # arrays by name
    return held.getvalue()


def unpacked_policy(file: Path) -> Residual:
    """This will read what ``packed_policy`` made; raises ``ArtifactError`` where it cannot."""
    try:
        with np.load(file, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        facts = json.loads(str(arrays.pop(_FACTS)[0]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as fault:
        raise ArtifactError(
            f"{file} holds no learned policy.", file=file.name, hint="Learn it again: --learn 80."
        ) from fault
    return Residual.from_parts(Parts(str(facts.pop("kind")), facts, {}, arrays))
