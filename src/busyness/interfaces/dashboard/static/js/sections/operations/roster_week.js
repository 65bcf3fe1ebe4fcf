// A week's roster while it is edited: the shifts of the service, as minutes of their day on the place's clock, and back.

import { clock } from "../../charts/gantt.js";
import { dayAfter, dayOf, instantOf, localOf } from "../../words.js";

const DAY = 1440;
const HOUR = 60;

const minuteOf = (local) => Number(local.slice(11, 13)) * HOUR + Number(local.slice(14, 16));

/** The minute of a local time, counted from the midnight of `day`. */
function minuteFrom(day, local) {
  return minuteOf(local) + Math.round((Date.parse(`${dayOf(local)}T00:00:00Z`) - Date.parse(`${day}T00:00:00Z`)) / 60000);
}

const localAt = (day, minute) => `${dayAfter(day, Math.floor(minute / DAY))}T${clock(((minute % DAY) + DAY) % DAY)}`;

/** The week being edited. Inside, `start` and `end` are local times without a zone. */
export class Roster {
  /** @param {Object} answer of the service @param {Object[]} needs @param {string} zone of the place */
  constructor(answer, needs, zone) {
    this.zone = zone;
    this.week = answer.week;
    this.made = 0;
    this.now = this.read(answer.shifts);
    this.stored(answer);
    this.needs = needs.map((row) => ({ ...row, start: localOf(row.time, zone) }));
    const first = dayOf(this.week);
    this.days = Array.from({ length: 7 }, (_, n) => dayAfter(first, n)).filter((day) => [...this.now, ...this.needs].some((row) => dayOf(row.start) === day));
    this.people = [...new Map(this.now.map((row) => [row.person, row.name ?? row.person]))].map(([person, name]) => ({ person, name })).sort((a, b) => a.name.localeCompare(b.name));
    this.roles = [...new Set(this.now.map((row) => row.role).filter(Boolean))].sort();
  }

  /** Shifts of the service as rows to edit. */
  read(shifts) {
    return shifts.map(({ person, start, end, detail = {} }) => {
      this.made += 1;
      return { id: `s${this.made}`, person, start: localOf(start, this.zone), end: localOf(end, this.zone), ...detail, detail };
    });
  }

  /** Remember that what is shown is now kept. */
  stored(answer) {
    Object.assign(this, { id: answer.id, version: answer.version, status: answer.status, saved: this.now.map((row) => ({ ...row })), changed: false });
  }

  /** Go back to what is kept. */
  reset() {
    this.now = this.saved.map((row) => ({ ...row }));
    this.changed = false;
  }

  /** Put other shifts in the place of all of them: a replan. */
  replace(shifts) {
    this.now = this.read(shifts);
    this.changed = true;
  }

  /** The shifts of a day. */
  on(day) {
    return this.now.filter((row) => dayOf(row.start) === day).map((row) => ({
      ...row, begin: minuteFrom(day, row.start), finish: minuteFrom(day, row.end),
    })).sort((a, b) => a.begin - b.begin);
  }

  /** The hours that a day's picture spans. */
  hours(day) {
    const ends = [...this.on(day).flatMap((shift) => [shift.begin, shift.finish]), ...this.slots(day).flatMap((slot) => [slot.start, slot.end])];
    const from = Math.max(0, Math.floor((Math.min(...ends, 10 * HOUR) - 30) / HOUR) * HOUR);
    return [from, Math.ceil((Math.max(...ends, 18 * HOUR) + 30) / HOUR) * HOUR];
  }

  /** Need and heads, slot by slot; the heads are counted from the shifts as they stand. */
  slots(day) {
    const shifts = this.on(day);
    const totals = new Map();
    for (const row of this.needs) {
      if (dayOf(row.start) !== day || (this.roles.length && row.role && !this.roles.includes(row.role))) continue;
      const start = minuteFrom(day, row.start);
      totals.set(start, (totals.get(start) ?? 0) + row.need);
    }
    const starts = [...totals.keys()].sort((a, b) => a - b);
    const step = Math.min(...starts.slice(1).map((start, n) => start - starts[n]), HOUR);
    return starts.map((start) => ({
      start, end: start + step, need: totals.get(start),
      planned: shifts.filter((shift) => shift.begin <= start && shift.finish >= start + step && !resting(shift, start, step)).length,
    }));
  }

  /** Write a moved shift back; a break moves with its shift. */
  write(shift, day) {
    const row = this.now.find((one) => one.id === shift.id);
    const by = shift.begin - minuteFrom(day, row.start);
    const whole = shift.finish - shift.begin === minuteFrom(day, row.end) - minuteFrom(day, row.start);
    if (whole && by) row.break = movedBreak(row.break, by);
    Object.assign(row, { person: shift.person, name: shift.name, role: shift.role, start: localAt(day, shift.begin), end: localAt(day, shift.finish) });
    this.changed = true;
  }

  /** Take a shift away. */
  remove(shift) {
    this.now = this.now.filter((row) => row.id !== shift.id);
    this.changed = true;
  }

  /** Add a shift. */
  add({ person, role, day, begin, finish }) {
    this.made += 1;
    const name = this.people.find((one) => one.person === person)?.name ?? person;
    this.now.push({ id: `n${this.made}`, person, name, role, start: localAt(day, begin), end: localAt(day, finish), break: "", detail: {} });
    this.changed = true;
  }

  /** The shifts as the service takes them. */
  rows() {
    return this.now.map(({ person, name, role, start, end, break: rest, detail }) => ({
      person, start: instantOf(start, this.zone), end: instantOf(end, this.zone), detail: { ...detail, ...(role ? { role } : {}), ...(name ? { name } : {}), ...(rest ? { break: rest } : {}) },
    }));
  }
}

function breakOf(shift) {
  const [from, until] = String(shift.break ?? "").split("–").map((text) => (/^\d\d:\d\d$/.test(text) ? minuteOf(`0000-00-00T${text}`) : null));
  return from === null || until === null || until === undefined ? null : [from, until];
}

function resting(shift, start, step) {
  const rest = breakOf(shift);
  return rest !== null && rest[0] < start + step && rest[1] > start;
}

function movedBreak(text, by) {
  const rest = breakOf({ break: text });
  return rest ? rest.map((minute) => clock((minute + by + DAY) % DAY)).join("–") : (text ?? "");
}
