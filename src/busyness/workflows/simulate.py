"""Make a world: simulated stores with everything a user of theirs would have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from busyness.domain.slots import SlotLength
from busyness.sources.simulator.check_ins import simulate_check_ins
from busyness.sources.simulator.retail import SIMULATED_NOTE, RetailChain, RetailWorld, simulate_retail
from busyness.sources.simulator.transactions import simulate_transactions
from busyness.workflows.output import results


@dataclass(frozen=True)
class Extras:
    """What else to simulate: till transactions and app check-ins of the last ``days`` (None: of all days)."""

    transactions: bool = False
    check_ins: bool = False
    truth: bool = False
    days: int | None = 28


def simulate(chain: RetailChain, out: Path, *, extras: Extras | None = None) -> tuple[RetailWorld, list[Path]]:
    """This will simulate a chain and write its tables as CSV and Parquet, with a note that says it is simulated."""
    extras = extras or Extras()
    world = simulate_retail(chain)
    tables = dict(world.tables())
    if extras.transactions:
        tables["transactions"] = simulate_transactions(world, days=extras.days)
    if extras.check_ins:
        tables["check_ins"] = simulate_check_ins(world, days=extras.days)
    if extras.truth:
        tables["truth"] = world.truth
    with results(out) as stage:
        for name, table in tables.items():
            table.write_csv(stage / f"{name}.csv")
        world.counts.write_parquet(stage / "counts.parquet")
        (stage / "SIMULATED.txt").write_text("\n".join(SIMULATED_NOTE.values()) + "\n", "utf-8")
        names = sorted(made.name for made in stage.iterdir())
    return world, [out / name for name in names]


def chain(*, stores: int, start: date, days: int, every: str, country: str, seed: int) -> RetailChain:
    """This will return the settings of a chain, its slot length read from text."""
    return RetailChain(stores=stores, start=start, days=days, every=SlotLength.parse(every), country=country, seed=seed)
