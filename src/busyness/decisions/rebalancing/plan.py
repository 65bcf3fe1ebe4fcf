"""The plan of a fleet: what to move, why, what it costs, and what doing nothing or a rule of thumb would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from busyness.decisions.rebalancing.evaluate import compared
from busyness.decisions.rebalancing.moves import Moves, Positions
from busyness.decisions.rebalancing.network import network_of
from busyness.decisions.rebalancing.problem import Demand, RebalancingProblem
from busyness.decisions.rebalancing.proportional import proportional_moves
from busyness.decisions.rebalancing.reasons import Reasons
from busyness.decisions.rebalancing.scatter import Scatter
from busyness.decisions.rebalancing.served import ServedTrips
from busyness.decisions.rebalancing.solver import SOLVER
from busyness.decisions.rebalancing.target_table import targets_table
from busyness.decisions.rebalancing.tour_table import tours_table
from busyness.decisions.rebalancing.tours import Tour, tours_of
from busyness.decisions.rebalancing.ways import ways_of
from busyness.decisions.rebalancing.within_hours import cheapest_within, van_minutes
from busyness.domain.stopwatch import Stopwatch
from busyness.tables import columns as c
from busyness.tables.fleet import FROM, KM, QUANTITY, TO
from busyness.tables.instants import utc_series
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

KIND = "rebalancing"


def plan_rebalancing(
    problem: RebalancingProblem, *, judging: Demand | None = None, versions: Mapping[str, str] | None = None
) -> Plan:
    """This will decide which vehicles to move at the start of each period, at the least expected cost.

    Cost and bound are those of the flow: unmet trips, idle vehicles and moves, in expectation over the demand's draws. They
    are equal where the vans' hours suffice: no plan with as many vehicles taken along by riders is cheaper. ``judging`` are
    other draws of the same demand on which doing nothing, the proportional rule and the plan are compared (without them,
    those that the plan was made from). ``versions`` go into the plan.

    Tables: ``targets`` (every place and period), ``tours`` (loading lists, stop by stop; empty without vans) and
    ``comparison``. Actions have ``from, to, km`` besides: ``deliver`` from a depot, ``collect`` to one, ``move`` between
    places; ``place`` is where vehicles are brought to, or collected from.

    Raises ``MissingExtraError`` where OR-Tools is not installed.
    """
    watch = Stopwatch()
    with watch.stage("flow"):
        ways = ways_of(problem)
        minutes = van_minutes(problem)
        rule = proportional_moves(problem, ways, minutes=minutes)
        scatter = Scatter.of(problem, rule)
        served = ServedTrips.of(scatter.wanted, problem.turns_of_places)
        network = network_of(problem, served, ways=ways, drift=scatter.drift)
        flow, bound = cheapest_within(network, minutes)
    positions = Positions.of(network, flow)
    tours = tours_of(problem, positions.moves)
    rivals = {
        "nothing": Moves.none(ways),
        "proportional": rule,
        "plan": positions.moves,
    }
    cost, least = (network.money(flow, paid) for paid in (int(network.cost @ flow), bound))
    return Plan(
        kind=KIND,
        actions=_actions(problem, positions, Reasons(problem, served, positions)),
        cost=cost,
        bound=min(least, cost),
        currency=problem.values.currency,
        seconds=watch.seconds["flow"],
        versions={**(versions or {}), "solver": SOLVER},
        tables={
            "targets": targets_table(problem, served, positions),
            "tours": tours_table(problem, tours),
            "comparison": compared(problem, rivals, demand=judging or problem.demand),
        },
        notes=_notes(problem, positions.moves, tours),
    )


def _actions(problem: RebalancingProblem, positions: Positions, reasons: Reasons) -> pl.DataFrame:
    places = len(problem.places)
    ids = [place.id for place in problem.places] + [depot.id for depot in problem.depots]
    moves = positions.moves
    collected, delivered = moves.destination >= places, moves.origin >= places
    place = np.where(collected, moves.origin, moves.destination)
    frame = pl.DataFrame(
        {
            c.PLACE: pl.Series([ids[k] for k in place], dtype=pl.String),
            c.TIME: utc_series(problem.times[moves.period]),
            "action": pl.Series(np.where(collected, "collect", np.where(delivered, "deliver", "move")), dtype=pl.String),
            QUANTITY: moves.quantity.astype(np.float64),
            "cost": moves.cost * moves.quantity,
            "reason": pl.Series(
                [
                    reasons.of_move(int(origin), int(destination), period=int(period))
                    for origin, destination, period in zip(moves.origin, moves.destination, moves.period, strict=True)
                ],
                dtype=pl.String,
            ),
            FROM: pl.Series([ids[k] for k in moves.origin], dtype=pl.String),
            TO: pl.Series([ids[k] for k in moves.destination], dtype=pl.String),
            KM: moves.km,
        }
    )
    return frame.select(*ACTIONS_SCHEMA, FROM, TO, KM).sort(c.TIME, QUANTITY, descending=[False, True], maintain_order=True)


def _notes(problem: RebalancingProblem, moves: Moves, tours: Sequence[Tour]) -> tuple[str, ...]:
    called, told = problem.called, []
    broken, charging = int(problem.standing.broken.sum()), int(problem.standing.charging.sum())
    if broken:
        told.append(f"{broken:,} {called} are broken: they serve nobody, and this plan leaves them where they are.")
    if charging:
        when = "from the second period on" if problem.periods > 1 else "after this plan's only period"
        told.append(f"{charging:,} {called} are charging: they count {when}.")
    if problem.demand.ended is None:
        told.append(f"Where trips end was not given: the plan takes it that {called} stay where they are until moved.")
    if tours:
        planned, driven = float(moves.cost @ moves.quantity), sum(tour.cost for tour in tours)
        money = problem.values.currency
        told.append(
            f"The plan counts {planned:,.2f} {money} for moving, each vehicle a share of a full van's round; the tours as "
            f"listed cost {driven:,.2f} {money}."
        )
    late = [tour for tour in tours if not tour.fits]
    if late:
        hours = sum(tour.hours for tour in late)
        told.append(
            f"{len(late)} of {len(tours)} tours do not fit the vans' hours; they take {hours:.1f} hours. Add a van or hours."
        )
    return tuple(" ".join(sentence.split()) for sentence in told)
