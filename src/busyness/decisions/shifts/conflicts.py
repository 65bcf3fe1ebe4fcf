"""Hard input that contradicts itself: somebody for whom no row is possible, and which facts stand against each other."""

from __future__ import annotations

from dataclasses import replace

from busyness.decisions.shifts.figures import figures_of
from busyness.decisions.shifts.instance import Instance, Person
from busyness.decisions.shifts.rows import Rows
from busyness.domain.errors import InputError


def refuse_impossible(instance: Instance) -> None:
    """This will raise where an instance has nobody, no shift, or somebody whose hard limits leave no possible row.

    Raises: ``InputError`` that names the person and the facts: those without any one of which a row would be possible.
    """
    if not instance.staff or not instance.shifts:
        what = "staff" if not instance.staff else "shifts"
        raise InputError(f"{instance.name} has no {what}.", hint="A roster needs somebody, and a shift to work.")
    people = range(len(instance.staff))
    possible = {found.person for found in Rows(instance).cheapest(figures_of(instance).wishes, people)}
    for number in people:
        if number not in possible:
            _refuse(instance, instance.staff[number])


def _refuse(instance: Instance, person: Person) -> None:
    if person.least_minutes > person.most_minutes:
        facts = [f"at least {person.least_minutes} minutes", f"at most {person.most_minutes} minutes"]
    else:
        without = _without(instance, person)
        facts = [fact for fact, freed in without.items() if _possible(instance, freed)] or list(without)
    raise InputError(
        f"{instance.name}: no row is possible for {person.name}; these stand against each other: {', '.join(facts)}.",
        hint="Change one of them.",
    )


def _without(instance: Instance, person: Person) -> dict[str, Person]:
    """Each hard fact in words, and the person without it."""
    shifts = ", ".join(f"{shift} {most}" for shift, most in person.most_shifts.items())
    longest = instance.days * max(shift.minutes for shift in instance.shifts)
    facts = {
        f"at least {person.least_minutes} minutes": replace(person, least_minutes=0),
        f"at most {person.most_minutes} minutes": replace(person, most_minutes=longest),
        f"shifts at most ({shifts})": replace(person, most_shifts={}),
        f"at most {person.most_in_a_row} shifts in a row": replace(person, most_in_a_row=instance.days),
        f"at least {person.least_in_a_row} shifts in a row": replace(person, least_in_a_row=1),
        f"at least {person.least_days_off} days off in a row": replace(person, least_days_off=1),
        f"at most {person.most_weekends} weekends": replace(person, most_weekends=instance.days),
    }
    if person.days_off:
        days = ", ".join(str(day) for day in sorted(person.days_off))
        facts[f"days off {days}"] = replace(person, days_off=frozenset())
    return facts


def _possible(instance: Instance, person: Person) -> bool:
    alone = replace(instance, staff=(person,), requests=())
    return bool(Rows(alone).cheapest(figures_of(alone).wishes, [0]))
