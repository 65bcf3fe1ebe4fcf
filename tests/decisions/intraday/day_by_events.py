"""The same day, told again event by event with a heap and people as objects: slow, plain, and written apart."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from busyness.decisions.intraday.actions import CALL, MOVE, SEND, Actions
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.kernel import draw_visitors
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.simulator import facts_of

ARRIVES, GIVES_UP, FREE = 0, 1, 2


@dataclass(eq=False)
class Person:
    free_at: float
    here_from: float
    paid_from: float
    flex: bool = False


@dataclass(eq=False)
class Visitor:
    arrived: float
    until: float
    minutes: float


@dataclass
class Place:
    people: list[Person] = field(default_factory=list)
    line: list[Visitor] = field(default_factory=list)
    events: list[tuple] = field(default_factory=list)


class DayByEvents:
    def __init__(self, problem: IntradayProblem, days: Days, day: int) -> None:
        self.problem, self.days, self.day = problem, days, day
        self.facts, self.table = facts_of(problem, seed=days.seed), Actions.of(problem).table
        self.number = count()
        self.places = [Place() for _ in problem.places]
        for p, place in enumerate(self.places):
            people = int(problem.heads[p, 0]) + problem.flex.at_start[p]
            place.people = [Person(0.0, -np.inf, 0.0) for _ in range(people)]
        self.flex = list(problem.flex.at_start)
        self.step, self.called, self.sent, self.cost = 0, 0, 0, 0.0
        self.came = self.served = self.gave_up = 0

    def there(self, p: int) -> list[Person]:
        return [person for person in self.places[p].people if person.here_from <= self.step * 15]

    def on_way(self, p: int) -> int:
        return len(self.places[p].people) - len(self.there(p))

    def leave(self, p: int) -> Person:
        person = min(self.there(p), key=lambda person: person.free_at)
        self.places[p].people.remove(person)
        return person

    def comes(self, p: int, person: Person) -> None:
        self.places[p].people.append(person)
        heapq.heappush(self.places[p].events, (person.free_at, FREE, next(self.number), person))

    def act(self, action: int) -> None:
        kind, a, b = self.table[action]
        now, money, wage = self.step * 15.0, self.problem.money, self.problem.money.wage / 60
        if kind == MOVE and self.flex[a] > self.on_way(a):
            person = self.leave(a)
            arrival = max(person.free_at, now) + self.problem.travel[a, b] * self.problem.reality.travel_factor
            self.comes(b, Person(arrival, arrival, person.paid_from))
            self.flex[a] -= 1
            self.flex[b] += 1
            self.cost += money.move
        elif kind == CALL and self.called < self.problem.flex.callable:
            arrival = now + money.notices[b].minutes
            if arrival < self.problem.steps * 15:
                self.comes(a, Person(arrival, arrival, arrival))
                self.flex[a] += 1
                self.called += 1
                self.cost += money.notices[b].premium
        elif kind == SEND and self.sent < self.problem.flex.sendable and self.flex[a] > self.on_way(a):
            self.cost += money.send_home + wage * max(self.leave(a).free_at - now, 0)
            self.flex[a] -= 1
            self.sent += 1

    def advance(self) -> float:
        begin, end = self.step * 15.0, self.step * 15.0 + 15.0
        money, before = self.problem.money, self.cost
        self.cost = 0.0
        last = self.step + 1 == self.problem.steps
        for p, place in enumerate(self.places):
            for visitor in self.visitors(p):
                heapq.heappush(place.events, (visitor.arrived, ARRIVES, next(self.number), visitor))
                self.came += 1
            waited = self.run(place, begin, end)
            for visitor in place.line:
                waited += end - max(visitor.arrived, begin)
            self.cost += money.waiting_minute * waited
            for person in place.people:
                self.cost += money.wage / 60 * max(end - max(person.paid_from, begin), 0)
            if last:
                self.gave_up += len(place.line)
                self.cost += money.lost_visitor * len(place.line)
                place.line = []
        self.step += 1
        if not last:
            self.follow_roster(end)
        self.cost += before
        total, self.cost = self.cost, 0.0
        return total

    def run(self, place: Place, begin: float, end: float) -> float:
        waited = 0.0
        while place.events and place.events[0][0] < end:
            now, kind, _, who = heapq.heappop(place.events)
            if kind == ARRIVES:
                place.line.append(who)
                heapq.heappush(place.events, (who.until, GIVES_UP, next(self.number), who))
            elif kind == GIVES_UP and who in place.line:
                place.line.remove(who)
                waited += now - max(who.arrived, begin)
                self.gave_up += 1
                self.cost += self.problem.money.lost_visitor
            while place.line and (free := [person for person in place.people if person.free_at <= now]):
                visitor, person = place.line.pop(0), min(free, key=lambda person: person.free_at)
                waited += now - max(visitor.arrived, begin)
                self.served += 1
                reality = self.problem.reality
                slow = 1 + reality.slower if now < person.here_from + reality.slower_minutes else 1
                person.free_at = now + visitor.minutes * slow
                heapq.heappush(place.events, (person.free_at, FREE, next(self.number), person))
        return waited

    def visitors(self, p: int) -> list[Visitor]:
        many = int(self.days.arrivals[self.day, p, self.step])
        drawn = np.empty((3, many + 1))
        draw_visitors(self.facts, (self.day, p, self.step, many), drawn)
        return [Visitor(*drawn[:, k].tolist()) for k in range(many)]

    def follow_roster(self, now: float) -> None:
        for p, heads in enumerate(self.problem.heads):
            change = int(heads[self.step] - heads[self.step - 1])
            for _ in range(change):
                self.comes(p, Person(now, -np.inf, now))
            for _ in range(-change):
                self.cost += self.problem.money.wage / 60 * max(self.leave(p).free_at - now, 0)
