"""The job that asks a model again with something changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from busyness.tables import columns as c
from busyness.workflows.progress import Told
from busyness.workflows.what_if import Change, what_if


def work_what_if(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """This will answer ``{"folder", "changes": [{kind, start, end, name, value, add, places}], "places"}``.

    Returns ``{"changed": cells, "items": [{place, time, before, after, difference}, …]}`` of the places asked about (all:
    none), only the slots that change.
    """
    changes = [
        Change(
            kind=each["kind"],
            start=datetime.fromisoformat(each["start"]),
            end=datetime.fromisoformat(each["end"]),
            name=each.get("name") or "",
            value=float(1.0 if each.get("value") is None else each["value"]),
            add=bool(each.get("add")),
            places=tuple(each.get("places") or ()),
        )
        for each in arguments["changes"]
    ]
    found = what_if(Path(arguments["folder"]), changes, progress=Told(tell))
    table = found.table.filter(found.table["difference"].abs() > 0)
    if arguments.get("places"):
        table = table.filter(table[c.PLACE].is_in(list(arguments["places"])))
    rows = [{**row, c.TIME: row[c.TIME].isoformat()} for row in table.iter_rows(named=True)]
    return {"changed": found.changed, "items": rows}
