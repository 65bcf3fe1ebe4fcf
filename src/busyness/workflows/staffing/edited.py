"""A manager's edit of a roster, scored before anything is published: what it costs more or less, and what it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from busyness.decisions.staffing.hard_rules import broken_rules
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.score import PARTS, BrokenWish, Score, edit
from busyness.workflows.staffing.shifts import Lines, read_rosters
from busyness.workflows.staffing.staffed import Staffed
from busyness.workflows.staffing.stored import load_staffing


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A hard rule that the edit breaks: the sentence, and the lines of the file that break it."""

    place: str
    lines: tuple[int, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Change:
    """A shift that the edit takes away (``was``) or brings (``now``), or one that became another."""

    place: str
    was: Shift | None
    now: Shift | None

    def __str__(self) -> str:
        shift = self.now or self.was
        who = shift.person if shift else ""
        if self.was and self.now:
            return f"{who}: {self.was} becomes {self.now}"
        return f"{who}: {self.now} is new" if self.now else f"{who}: {self.was} is gone"


@dataclass(frozen=True)
class Edited:
    """The cost ``before`` and ``after`` by part (``PARTS``), all places together; hard rules the edit breaks, wishes it
    breaks anew (``wishes``) and keeps again (``kept``), and every shift that changed."""

    before: Mapping[str, float]
    after: Mapping[str, float]
    broken: tuple[BrokenRule, ...]
    wishes: tuple[BrokenWish, ...]
    kept: tuple[BrokenWish, ...]
    changes: tuple[Change, ...]
    currency: str

    @property
    def change(self) -> float:
        """What the edit costs more (below zero: less)."""
        return sum(self.after.values()) - sum(self.before.values())


def score_edit(folder: Path, roster: Path) -> Edited:
    """This will score an edited roster against the one of a plan's folder; a place the file does not name stays as it is.

    Raises:
        InputError: the folder holds no plan.
        SettingsError: with file and line, for a row that cannot be read, a stranger, or a shift of another week.

    """
    staffed = load_staffing(folder)
    return score_rosters(staffed, read_rosters(roster, {place: each.problem for place, each in staffed.places.items()}))


def score_rosters(staffed: Staffed, found: Mapping[str, tuple[Roster, Lines]]) -> Edited:
    """This will score edited rosters by place, with the line (or number) of each shift, against those of ``staffed``."""
    before, after = dict.fromkeys(PARTS, 0.0), dict.fromkeys(PARTS, 0.0)
    broken: list[BrokenRule] = []
    wishes: list[BrokenWish] = []
    kept: list[BrokenWish] = []
    changes: list[Change] = []
    for place, each in staffed.places.items():
        new, lines = found.get(place, (each.solution.roster, {}))
        was, now = edit(each.problem, each.solution.roster, after=new)
        for parts, scored in ((before, was), (after, now)):
            for part in PARTS:
                parts[part] += scored.parts[part]
        broken += _broken(each.problem, new, lines=lines)
        wishes += _beyond(now, was)
        kept += _beyond(was, now)
        changes += _changes(place, each.solution.roster, new=new)
    currency = next(iter(staffed.places.values())).problem.rules.currency
    return Edited(before, after, tuple(broken), tuple(wishes), tuple(kept), tuple(changes), currency)


def _broken(problem: StaffingProblem, roster: Roster, *, lines: Lines) -> Iterator[BrokenRule]:
    """Each broken rule with the lines without which it would be kept (all of that person's, where no single one helps)."""
    plain = replace(problem, published=None, fixed_days=0)  # so that a person's shifts can be judged on their own
    for person in problem.people:
        own = roster.of(person.id)
        if not own:
            continue
        alone_there = replace(plain, people=(person,))
        for sentence in broken_rules(alone_there, Roster(own)):
            alone = [s for s in own if sentence not in broken_rules(alone_there, Roster(tuple(t for t in own if t != s)))]
            named = [lines[shift] for shift in alone or own if shift in lines]
            yield BrokenRule(problem.need.place, tuple(sorted(named)), sentence)
    if problem.fixed_days:
        past = {s for s in broken_rules(problem, roster) if s.endswith("past shifts cannot change any more.")}
        yield from (BrokenRule(problem.need.place, (), sentence) for sentence in sorted(past))


def _beyond(one: Score, other: Score) -> list[BrokenWish]:
    known = {(wish.person, wish.kind, wish.day) for wish in other.wishes}
    return [wish for wish in one.wishes if (wish.person, wish.kind, wish.day) not in known]


def _changes(place: str, old: Roster, *, new: Roster) -> Iterator[Change]:
    before, after = frozenset(old.shifts), frozenset(new.shifts)
    gone = {(shift.person, shift.day): shift for shift in old.shifts if shift not in after}
    come = [shift for shift in new.shifts if shift not in before]
    for shift in come:
        yield Change(place, gone.pop((shift.person, shift.day), None), shift)
    yield from (Change(place, shift, None) for shift in gone.values())
