// One day's shifts as bars on people's rows, moved by pointer or keyboard.

import { fill, h } from "../elements.js";
import { known, say } from "../words.js";
import { linear } from "./scale.js";

const STEP = 15;
const SHORTEST = 60;

/** Minutes after midnight as `HH:MM`; later than midnight runs on to 24:00 and beyond. */
export const clock = (minute) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** The same as short as it goes, for a narrow bar: `9`, `9:30`. */
const short = (minute) => clock(minute).replace(/^0/, "").replace(/:00$/, "");

/**
 * Draw an editable day.
 * @param {{caption: string, people: Array<{person: string, name: string}>, shifts: Array<Object>, from: number, until: number, locked?: boolean, changed: (shift: Object|null, words: string) => void, remove: (shift: Object) => void}} of
 *   a shift has `id`, `person`, `role`, `begin`, `finish` (minutes after midnight)
 * @returns {HTMLElement}
 */
export function gantt({ caption, people, shifts, from, until, locked = false, changed, remove }) {
  const share = linear([from, until], [0, 100]);
  const hintId = "gantt-hint";
  const rows = people.map((one) => h("div", { class: "lane", "data-person": one.person }, h("span", { class: "lane-name", title: one.name }, one.name), h("div", { class: "track" })));
  const hours = h("div", { class: "lane hours", "aria-hidden": "true" }, h("span", { class: "lane-name" }), h("div", { class: "track" }, hourMarks(from, until).map((minute) =>
    h("span", { styles: { left: `${share(minute)}%` } }, String(Math.floor(minute / 60) % 24).padStart(2, "0")))));
  const chart = h("div", { class: locked ? "gantt locked" : "gantt", role: "group", "aria-label": caption, "aria-describedby": hintId }, hours, rows);
  const bars = new Map();
  for (const shift of shifts) place(shift);
  return h("div", {}, h("p", { id: hintId, class: "hint" }, say(locked ? "gantt.locked" : "gantt.keys")), chart);

  function track(person) {
    return rows.find((row) => row.dataset.person === person)?.lastChild;
  }

  function words(shift) {
    const name = people.find((one) => one.person === shift.person)?.name ?? shift.person;
    return say("gantt.shift", { name, role: shift.role ? known("task", shift.role) : "", start: clock(shift.begin), end: clock(shift.finish) });
  }

  function place(shift) {
    let bar = bars.get(shift.id);
    if (!bar) {
      bar = h("button", { type: "button", class: "bar", "data-shift": shift.id, onkeydown: (event) => pressed(event, shift), onpointerdown: (event) => dragged(event, shift) });
      bars.set(shift.id, bar);
    }
    const home = track(shift.person);
    if (!home) return bar;
    if (bar.parentElement !== home) home.append(bar);
    bar.style.setProperty("left", `${Math.max(share(shift.begin), 0)}%`);
    bar.style.setProperty("width", `${Math.min(share(shift.finish), 100) - Math.max(share(shift.begin), 0)}%`);
    bar.setAttribute("aria-label", words(shift));
    bar.title = words(shift);
    fill(bar, h("span", {}, `${short(shift.begin)}–${short(shift.finish)}`), shift.role ? h("span", { class: "bar-role" }, known("task", shift.role)) : null);
    return bar;
  }

  function moveBy(shift, { begin = 0, finish = 0, lane = 0 }) {
    const to = { begin: shift.begin + begin, finish: shift.finish + finish };
    if (to.begin < from || to.finish > until || to.finish - to.begin < SHORTEST) return;
    const n = people.findIndex((one) => one.person === shift.person) + lane;
    if (n < 0 || n >= people.length) return;
    Object.assign(shift, to, { person: people[n].person, name: people[n].name });
    const focused = document.activeElement === bars.get(shift.id);
    place(shift);
    if (focused) bars.get(shift.id).focus();
    changed(shift, words(shift));
  }

  function pressed(event, shift) {
    if (locked) return;
    const far = event.shiftKey;
    const moves = {
      ArrowLeft: far ? { finish: -STEP } : { begin: -STEP, finish: -STEP },
      ArrowRight: far ? { finish: STEP } : { begin: STEP, finish: STEP },
      ArrowUp: { lane: -1 }, ArrowDown: { lane: 1 },
    };
    if (moves[event.key]) moveBy(shift, moves[event.key]);
    else if (event.key === "Delete" || event.key === "Backspace") takeAway(shift);
    else return;
    event.preventDefault();
  }

  function takeAway(shift) {
    const bar = bars.get(shift.id);
    const all = [...chart.querySelectorAll(".bar")];
    const next = all[all.indexOf(bar) + 1] ?? all[all.indexOf(bar) - 1];
    bar.remove();
    bars.delete(shift.id);
    next?.focus();
    remove(shift);
  }

  function dragged(event, shift) {
    if (locked || event.button !== 0) return;
    const bar = bars.get(shift.id);
    const box = bar.getBoundingClientRect();
    const grip = Math.min(14, box.width / 4);
    const edge = event.clientX - box.left < grip ? "begin" : box.right - event.clientX < grip ? "finish" : "both";
    const start = { x: event.clientX, begin: shift.begin, finish: shift.finish };
    const minutes = (until - from) / track(shift.person).getBoundingClientRect().width;
    const over = new AbortController();
    bar.classList.add("held");
    const move = (now) => {
      const by = Math.round(((now.clientX - start.x) * minutes) / STEP) * STEP;
      const begin = edge === "finish" ? 0 : start.begin + by - shift.begin;
      const finish = edge === "begin" ? 0 : start.finish + by - shift.finish;
      const lane = edge === "both" ? laneUnder(now.clientY, shift) : 0;
      if (begin || finish || lane) moveBy(shift, { begin, finish, lane });
    };
    const end = () => {
      bar.classList.remove("held");
      over.abort();
    };
    // A bar that changes lanes leaves the page for a moment and would lose a captured pointer: the window keeps it.
    window.addEventListener("pointermove", move, { signal: over.signal });
    window.addEventListener("pointerup", end, { signal: over.signal });
    window.addEventListener("pointercancel", end, { signal: over.signal });
  }

  function laneUnder(y, shift) {
    const now = people.findIndex((one) => one.person === shift.person);
    const over = rows.findIndex((row) => { const box = row.getBoundingClientRect(); return y >= box.top && y < box.bottom; });
    return over < 0 ? 0 : over - now;
  }
}

function hourMarks(from, until) {
  const every = until - from > 900 ? 120 : 60;
  const found = [];
  for (let minute = Math.ceil(from / every) * every; minute < until; minute += every) found.push(minute);
  return found;
}
