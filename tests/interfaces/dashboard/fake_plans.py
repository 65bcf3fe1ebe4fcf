"""Plans in the shapes of the API: facts, actions and tables of each kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fake_world import AREAS, ORIGINS, STORES, utc

PRODUCTS = ["Aceite de oliva virgen extra 1 l", "Jamón ibérico", "Turrón de Jijona", "Leche fresca"]


def facts(kind: str, cost: float, bound: float) -> dict[str, Any]:
    """What ``plan.json`` says."""
    return {
        "kind": kind,
        "cost": cost,
        "bound": bound,
        "gap": abs(cost - bound) / abs(cost),
        "currency": "EUR",
        "seconds": 1.8,
        "versions": {"forecast": "2026-11-23", "model": "trees-3f9ac1", "solver": "HiGHS 1.11"},
        "notes": [f"Note {n} of the plan, in a sentence." for n in range(1, 7)],
    }


def stock() -> dict[str, Any]:
    origin = ORIGINS["retail"]
    rows = [
        {
            "place": f"R{place:03d}",
            "time": utc(origin),
            "action": "order" if (place + n) % 3 else "wait",
            "quantity": 24.0 * ((place + n) % 3),
            "cost": 31.5,
            "reason": "Only 12 are left and 40 are likely to be wanted before Friday's van; 24 more will do.",
            "product": product,
            "policy": "reorder",
            "reorder_point": 20.0,
            "order_up_to": 60.0,
            "on_hand": 12.0,
            "on_order": 6.0 if n == 1 else 0.0,
            "demand": 40.2,
            "demand_high": 55.0,
            "days": 3,
            "arrives": utc(origin + timedelta(days=2)),
            "purchase": 96.0 * ((place + n) % 3),
        }
        for place in range(len(STORES))
        for n, product in enumerate(PRODUCTS)
    ]
    totals = [
        {"policy": "plan", "cost": 812.4, "lost": 14.0, "wasted": 9.0, "served": 0.981},
        {"policy": "today", "cost": 1004.9, "lost": 41.0, "wasted": 22.0, "served": 0.944},
    ]
    return {"plan": facts("stock", 812.4, 640.0), "plan_rows": rows, "totals": totals, "lines": []}


def rebalancing() -> dict[str, Any]:
    times = [utc(ORIGINS["scooters"] + timedelta(hours=h)) for h in (6, 14)]
    targets = [
        {
            "place": f"S{n:03d}",
            "time": time,
            "now": 20 - n,
            "target": 12 + (n * 5) % 14,
            "wanted": 9.5 + n,
            "unmet_without": 3.0,
            "unmet_with": 0.6,
            "surplus": 0,
            "idle": 2.0,
            "idle_cost": 1.0,
        }
        for n in range(len(AREAS))
        for time in times
    ]
    moves = [
        {
            "place": f"S{to:03d}",
            "time": times[0],
            "action": "move",
            "quantity": 4.0 + to,
            "cost": 6.3,
            "reason": "LAKE VIEW would miss 5.1 trips, LOOP has 6 that nobody is likely to ride.",
            "from": f"S{origin:03d}",
            "to": f"S{to:03d}",
            "km": 3.4,
        }
        for origin, to in ((0, 1), (0, 5), (3, 2), (8, 7))
    ]
    tours = [
        {
            "tour": tour,
            "stop": stop,
            "place": f"S{stop:03d}",
            "name": AREAS[stop],
            "load": 6 if stop % 2 else 0,
            "unload": 0 if stop % 2 else 6,
            "aboard": 6 if stop % 2 else 0,
            "fits": True,
        }
        for tour in (1, 2)
        for stop in range(1, 5)
    ]
    return {"plan": facts("rebalancing", 181.2, 181.2), "plan_rows": moves, "targets": targets, "tours": tours}


def promotions() -> dict[str, Any]:
    reason = "At least 8.1% more visits are likely, 310 of 4,020 after what other days and places lose: 640 EUR of margin, "
    window = {"start": "2026-11-27", "end": "2026-11-29", "type": "rebajas"}
    picked = [
        {
            "place": f"R{n:03d}",
            "time": "2026-11-27T09:00:00Z",
            "action": "promote",
            "quantity": 310.0,
            "cost": -412.0,
            "reason": reason,
        }
        | window
        | {"spend": 200.0, "staff": 61.0}
        for n in (0, 2, 4)
    ]
    effects = [
        {
            "type": kind,
            "when": when,
            "change": change if when == "during" else -0.01,
            "low": change - 0.05,
            "high": change + 0.06,
            "p": 0.01,
            "extra": 900.0,
            "windows": 24,
            "campaigns": 8,
        }
        for kind, change in (("rebajas", 0.16), ("2x1", 0.03))
        for when in ("during", "week before", "just before", "just after", "neighbours")
    ]
    candidates = [{"place": f"R{n % 8:03d}", **window, "gain": 412.0 - 90 * n, "picked": n < 3} for n in range(14)]
    return {"plan": facts("promotions", -1236.0, -1236.0), "plan_rows": picked, "effects": effects, "candidates": candidates}


_PAGE = [
    ("labour", "EUR", 9200, 9900, -700),
    ("visitors who gave up", "EUR", 410, 520, -110),
    ("all costs", "EUR", 9610, 10420, -810),
]
_SERVICE = [("visitors served", "share", 0.97, 0.95, 0.02), ("labour hours", "hours", 812, 871, -59)]


def money(assumptions: dict[str, float]) -> dict[str, Any]:
    rows = [
        {
            "item": item,
            "unit": unit,
            "plan": plan,
            "today": today,
            "change": change,
            "change_low": change - abs(change) * 0.3,
            "change_high": change + abs(change) * 0.3,
        }
        for item, unit, plan, today, change in (*_PAGE, *_SERVICE)
    ]
    each = [
        {
            "place": f"R{n:03d}",
            "plan": 1200 + n,
            "today": 1300,
            "change": n - 100,
            "change_low": n - 150,
            "change_high": n - 40,
        }
        for n in range(len(STORES))
    ]
    known = [
        {
            "assumption": name,
            "value": assumptions.get(name, value),
            "unit": unit,
            "default": value,
            "source": "given by you" if name in assumptions else "our guess: put your own number here",
            "meaning": name,
        }
        for name, value, unit in (
            ("wage", 10.0, "money an hour"),
            ("occupancy", 0.85, "share"),
            ("patience", 10.0, "minutes"),
        )
    ]
    return {"plan": facts("money", 9610.0, 8000.0), "plan_rows": [], "page": rows, "places": each, "assumptions": known}
