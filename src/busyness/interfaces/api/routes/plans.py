"""What to order, where to move, when to promote, and what it is worth: the plans of a release, and their tables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from busyness.domain.errors import did_you_mean
from busyness.interfaces.api.answers import (
    Meta,
    Page,
    Paging,
    TableAnswer,
    frame_answer,
    json_answer,
    meta_of,
    rounded,
    table_answer,
)
from busyness.interfaces.api.asked import Asked, Caller, WorldName
from busyness.interfaces.api.negotiate import Form, Format
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.ask_plans import ask_plan, ask_plan_table

router = APIRouter(prefix="/v1", tags=["plans"], route_class=StrictRoute)
KINDS = ("stock", "rebalancing", "promotions", "money")
Lang = Annotated[Literal["en", "es"], Query(description="of notes and reasons")]
TableName = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_-]+$", description="one of 'tables'")]


class PlanSaid(BaseModel):
    """What a plan says of itself, its tables, and a page of its actions."""

    meta: Meta
    plan: dict[str, Any]
    tables: list[str]
    items: list[dict[str, Any]]
    next: str | None


def plan_answer(asked: Asked, kind: str, *, form: Format, paging: Paging, world: str | None, lang: Lang = "en") -> Response:
    """This will answer with a plan's facts and a page of its actions, those of the places in scope."""
    snapshot = asked.snapshot(world, kind)
    said = ask_plan(snapshot, kind, places=asked.principal.places, language=lang)
    asked.remember(snapshot)
    actions = ask_plan_table(snapshot, kind, places=asked.principal.places, language=lang)
    begin = paging.begin(snapshot.etag)
    page = rounded(actions.slice(begin, paging.limit))
    after = paging.after(begin + paging.limit, snapshot.etag) if actions.height > begin + paging.limit else None
    meta = meta_of(asked, snapshot)
    if form != "json":
        return frame_answer(page, meta=meta, form=form, after=after)
    items = page.to_dicts()
    return json_answer({"meta": meta, "plan": said.facts, "tables": said.tables, "items": items, "next": after})


def _add(kind: str) -> None:
    """Four kinds, the same two questions."""

    @router.get(f"/{kind}", response_model=PlanSaid, responses=IN_THREE_FORMS, name=f"{kind}_plan")
    def plan(asked: Caller, *, form: Form, paging: Page, lang: Lang = "en", world: WorldName = None) -> Response:
        """The plan's cost, bound, gap and notes, its tables, and its actions."""
        return plan_answer(asked, kind, form=form, paging=paging, world=world, lang=lang)

    @router.get(f"/{kind}/{{table}}", response_model=TableAnswer, responses=IN_THREE_FORMS, name=f"{kind}_table")
    def table(
        asked: Caller, table: TableName, *, form: Form, paging: Page, lang: Lang = "en", world: WorldName = None
    ) -> Response:
        """One table of the plan."""
        snapshot = asked.snapshot(world, kind)
        asked.remember(snapshot)
        tables = ask_plan(snapshot, kind).tables
        if table not in tables:
            hint = did_you_mean(table, tables) or f"It has {', '.join(tables)}."
            raise Problem(404, f"The {kind} plan has no table '{table}'.", field="path.table", hint=hint)
        found = ask_plan_table(snapshot, kind, table=table, places=asked.principal.places, language=lang)
        return table_answer(found, meta=meta_of(asked, snapshot), form=form, paging=paging, mark=snapshot.etag)


for _kind in KINDS:
    _add(_kind)
