"""Parts: what an artifact holds of a model. JSON facts, texts in a library's own format, and arrays; never a pickle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Parts:
    """``kind`` names the class that reads it back; ``facts`` must survive JSON; names use letters, digits, ``._-``."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def nested(self, prefix: str) -> Parts:
        """This will return the same parts under a prefix, so that several models fit into one artifact."""
        return Parts(
            self.kind,
            self.facts,
            {f"{prefix}.{name}": text for name, text in self.texts.items()},
            {f"{prefix}.{name}": array for name, array in self.arrays.items()},
        )

    def inner(self, prefix: str, kind: str, facts: Mapping[str, Any]) -> Parts:
        """This will return what ``nested`` put under a prefix."""
        cut = len(prefix) + 1
        return Parts(
            kind,
            facts,
            {name[cut:]: text for name, text in self.texts.items() if name.startswith(f"{prefix}.")},
            {name[cut:]: array for name, array in self.arrays.items() if name.startswith(f"{prefix}.")},
        )
