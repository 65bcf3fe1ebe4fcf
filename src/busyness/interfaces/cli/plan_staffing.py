"""``busyness plan staffing``, ``score`` and ``replan``: who works when, what an edit of it costs, and a sick call."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow

_NEED, _WORK, _CALL, _RESULT = "What is asked", "The labour standard", "After a sick call", "Results"
_TOLD = 15


def _option(panel: str, text: str, *names: str, **more: Any) -> Any:  # noqa: ANN401  # what typer.Option returns
    return typer.Option(*names, rich_help_panel=panel, help=text, **more)


_DAY = {"formats": ["%Y-%m-%d"]}
Forecast = Annotated[Path, _option(_NEED, "Folder of a forecast by the hour or finer.")]
Staff = Annotated[Path, _option(_NEED, "person,roles,wage and more (docs/staffing.md): CSV, Excel, ….")]
Rules = Annotated[str, _option(_NEED, "The rules of work: pe, es or a YAML of your own.")]
Place = Annotated[Optional[list[str]], _option(_NEED, "Only this place. Repeatable. Default: all with staff.")]
Minutes = Annotated[int, _option(_NEED, "Slots of the plan: 60, 30 or 15.")]
Week = Annotated[Optional[datetime], _option(_NEED, "First day to plan. Default: the forecast's first whole day.", **_DAY)]
Past = Annotated[Optional[list[Path]], _option(_NEED, "roster.csv of a week before, for fairness and rest. Repeatable.")]
Standard = Annotated[Optional[Path], _option(_WORK, "YAML; the options below are put over it.")]
ServiceMinutes = Annotated[Optional[str], _option(_WORK, "Of work per visitor: 2, or checkout=1.5,sales=1.")]
Occupancy = Annotated[Optional[float], _option(_WORK, "Share of time people should be busy with visitors.")]
Presence = Annotated[Optional[int], _option(_WORK, "Heads of whatever role while the place is open.")]
Keys = Annotated[Optional[bool], _option(_WORK, "Whether somebody with keys has to be there.", "--keys/--no-keys")]
Queue = Annotated[Optional[list[str]], _option(_WORK, "ROLE=SERVICE:PATIENCE in minutes: a queue it serves. Repeatable.")]
ServiceLevel = Annotated[
    Optional[float], _option(_WORK, "Share of the forecast's paths in which heads suffice. Default: least cost.")
]
Seconds = Annotated[float, typer.Option(min=0.1, help="How long to search, each place; sooner where it is good.")]
Seed = Annotated[int, typer.Option(min=0, help="Of the forecast's paths and of the search.")]
Threads = Annotated[Optional[int], typer.Option(min=1, help="Places at a time. Default: the idle cores.")]
PublishedRoster = Annotated[
    Optional[Path], _option(_CALL, "The roster.csv people know: changed as little as it pays.", "--published")
]
Sick = Annotated[Optional[list[str]], _option(_CALL, "PERSON:2026-03-04, who cannot come after all. Repeatable.", "--sick")]
Today = Annotated[Optional[datetime], _option(_CALL, "Days before it have been worked and stay.", "--today", **_DAY)]
Currency = Annotated[str, _option(_RESULT, "Shown with costs. Default: that of the rules.")]
Lang = Annotated[str, _option(_RESULT, "Language of the page: es or en.")]
DryRun = Annotated[bool, _option(_RESULT, "Show the heads that are needed; plan and write nothing.", "--dry-run")]
Out = Annotated[Path, _option(_RESULT, "Folder of the plan.")]
Json = Annotated[bool, _option(_RESULT, "Print one JSON object.", "--json")]
Quiet = Annotated[bool, _option(_RESULT, "No progress.", "--quiet", "-q")]


def staffing(
    forecast: Forecast,
    staff: Staff,
    rules: Rules,
    place: Place = None,
    minutes: Minutes = 60,
    week: Week = None,
    past: Past = None,
    standard: Standard = None,
    service_minutes: ServiceMinutes = None,
    occupancy: Occupancy = None,
    presence: Presence = None,
    keys: Keys = None,
    queue: Queue = None,
    service_level: ServiceLevel = None,
    seconds: Seconds = 15,
    seed: Seed = 0,
    threads: Threads = None,
    published: PublishedRoster = None,
    sick: Sick = None,
    today: Today = None,
    currency: Currency = "",
    lang: Lang = "en",
    dry_run: DryRun = False,
    out: Out = Path("plan"),
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say who works when: rosters of a week, with what they cost and how far from the best possible they can be.

    Writes plan.html, roster.csv, a calendar for each person, and tables. Needs the extra plans. See docs/staffing.md.

    Example: busyness plan staffing --forecast out --staff staff.csv --rules pe --out roster
    """
    work = workflow("plan_staffing")
    given = {"occupancy": occupancy, "presence": presence, "keys": keys, "service_level": service_level}
    over: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    over |= work.minutes_by_role(service_minutes) if service_minutes else {}
    over |= {"queues": dict(work.queue_of(text) for text in queue)} if queue else {}
    asked = work.StaffingRequest(
        forecast, staff, rules, tuple(place or ()), minutes, work.read_standard(standard, over=over)
    )
    asked = replace(asked, week=_date(week), past=tuple(past or ()), currency=currency, seed=seed)
    if dry_run:
        _needed(work.required_heads(asked), as_json=as_json, lang=lang)
        return
    told = work.published_of(published, tuple(sick or ()), today=_date(today))
    with show.Bar(quiet=quiet or as_json) as bar:
        effort = work.Effort(seconds=seconds, seed=seed)
        plan, written = work.plan_staffing(
            asked, out, effort=effort, threads=threads, published=told, language=lang, progress=bar
        )
    _planned(plan, written, out, as_json=as_json)


def score(
    plan: Annotated[Path, typer.Option(help="Folder of a staffing plan.")],
    roster: Annotated[Path, typer.Option(help="Its roster.csv, edited.")],
    as_json: Json = False,
) -> None:
    """Say what an edited roster costs more or less, and which rules and wishes it breaks, before it is published.

    The exit code is 1 where a hard rule is broken, else 0: a script can refuse to publish.

    Example: busyness plan score --plan roster --roster edited.csv
    """
    edited = workflow("plan_staffing").score_edit(plan, roster)
    before, after = sum(edited.before.values()), sum(edited.after.values())
    if as_json:
        show.as_json(
            {
                "cost": after, "before": before, "change": edited.change, "currency": edited.currency,
                "parts": {part: {"before": edited.before[part], "after": edited.after[part]} for part in edited.before},
                "broken": [{"place": b.place, "lines": list(b.lines), "rule": b.said} for b in edited.broken],
                "wishes_broken": [{"person": w.person, "said": w.said, "price": w.price} for w in edited.wishes],
                "wishes_kept": [{"person": w.person, "said": w.said, "price": w.price} for w in edited.kept],
                "changes": [str(change) for change in edited.changes],
            }
        )  # fmt: skip
        raise typer.Exit(1 if edited.broken else 0)
    for change in edited.changes:
        show.say(str(change))
    parts = [part for part in edited.before if edited.before[part] or edited.after[part]]
    rows = [[part.replace("_", " "), edited.before[part], edited.after[part]] for part in parts]
    rows.append(["together", before, after])
    show.table("", ["", "before", "after", "change"], [[*row, row[2] - row[1]] for row in rows])
    told = [f"Now broken: {wish.person} {wish.said}, priced at {wish.price:,.2f}." for wish in edited.wishes]
    told += [f"Now kept: {wish.person} no longer {wish.said}." for wish in edited.kept]
    show.notes(told)
    for rule in edited.broken:
        where = f"{roster}, line {', '.join(map(str, rule.lines))}: " if rule.lines else ""
        show.say(f"Hard rule broken: {where}{rule.said}")
    verdict = "no hard rule is broken" if not edited.broken else f"{len(edited.broken)} hard rules are broken"
    show.say(f"Cost {after:,.2f} {edited.currency}, {edited.change:+,.2f}; {verdict}.".replace(" ,", ","))
    raise typer.Exit(1 if edited.broken else 0)


def replan(
    plan: Annotated[Path, typer.Option(help="Folder of the plan that is published.")],
    sick: Sick = None,
    today: Today = None,
    lang: Lang = "en",
    out: Out = Path("plan"),
    dry_run: Annotated[bool, _option(_RESULT, "Decide and show; write nothing.", "--dry-run")] = False,
    as_json: Json = False,
) -> None:
    """Plan anew after a sick call, in seconds: as little as possible changes of what people were told.

    Example: busyness plan replan --plan roster --sick ana:2026-03-04 --out roster-2
    """
    work = workflow("plan_staffing")
    made, written = work.replan_staffing(
        plan, None if dry_run else out, sick=[work.sick_of(text) for text in sick or ()], today=_date(today), language=lang
    )
    if not as_json:
        changed = made.tables["wishes"].filter(made.tables["wishes"]["part"] == "changes")
        show.notes([f"{name} {said}." for name, said in changed.select("name", "said").iter_rows()])
    _planned(made, written, None if dry_run else out, as_json=as_json)


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _needed(asked: tuple[Any, Any], *, as_json: bool, lang: str) -> None:
    """Print the heads that are needed, one table a place and role."""
    table, told = asked
    notes = (*told.assumed.get(lang, told.assumed["en"]), *(f"{place}: {why}" for place, why in told.refused.items()))
    if as_json:
        show.as_json({"need": table.to_dicts(), "notes": list(notes)})
        return
    show.notes(notes)
    tables = workflow("staffing.need_table").week_of_heads
    for place, problem in told.problems.items():
        for title, heads, rows in tables(problem):
            show.table(f"{place} {told.names[place]}: {title}", heads, rows)
    show.say("Nothing was planned or written.")


def _planned(plan: Any, written: list[Path], out: Path | None, *, as_json: bool) -> None:  # noqa: ANN401  # Plan
    """Print what the plan costs, place by place, and the sentences that matter most."""
    if as_json:
        facts = workflow("plan_output").facts(plan)
        show.as_json({**facts, "places": plan.tables["places"].to_dicts(), "files": [str(path) for path in written]})
        return
    ids = tuple(f"{place}: " for place in plan.tables["places"]["place"])
    notes = [note for note in plan.notes if not note.startswith(ids)][:_TOLD]
    show.notes(notes)
    if len(plan.notes) > len(notes):
        where = f" are in {out}/plan.json, the dearest on its page" if out is not None else " would be in plan.json"
        show.notes([f"{len(plan.notes) - len(notes)} more notes{where}."])
    places = plan.tables["places"].select(
        "place", "people", "shifts", "hours", "short_hours_of_heads", "wishes_broken", "cost", "gap"
    )
    rows = [[*row[:-1], f"{row[-1]:.1%}"] for row in places.iter_rows()]
    show.table("", ["place", "people", "shifts", "hours", "hours missing", "wishes broken", "cost", "gap"], rows)
    gap = "nothing can be better" if plan.gap < 5e-4 else f"at most {plan.gap:.1%} from the best"
    seen = f"See {out}/plan.html" if out is not None else "Nothing was written."
    show.say(f"Cost {plan.cost:,.2f} {plan.currency}".rstrip() + f", {gap}; {plan.seconds:.1f} s. {seen}")
