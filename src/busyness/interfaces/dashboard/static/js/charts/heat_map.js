// The week at a glance: a grid of hours and days whose cells hold their numbers, walked with the arrow keys.

import { h, unseen } from "../elements.js";
import { clockOf, dayOf, dayWords, momentWords, number, say, weekdayWord } from "../words.js";
import { largest } from "./scale.js";

const SHADES = 6;

/**
 * Draw hour by day.
 * @param {{caption: string, cells: Array<{time: string, value: number|null, closed?: boolean, low?: number, high?: number}>, take: (cell: Object) => void}} of
 */
export function heatMap({ caption, cells, take }) {
  const days = [...new Set(cells.map((cell) => dayOf(cell.time)))];
  const clocks = [...new Set(cells.filter((cell) => !cell.closed).map((cell) => clockOf(cell.time)))].sort();
  const at = new Map(cells.map((cell) => [`${dayOf(cell.time)}${clockOf(cell.time)}`, cell]));
  const most = largest(cells.map((cell) => cell.value));
  const grid = h("table", { role: "grid", class: "heat", onkeydown: walk }, h("caption", { class: "unseen" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("th", { role: "columnheader", scope: "col" }, unseen(say("hour"))),
      days.map((day) => h("th", { role: "columnheader", scope: "col", abbr: dayWords(day, { long: true }) }, h("span", {}, weekdayWord(day)), h("span", { class: "muted" }, String(Number(day.slice(8)))))))),
    h("tbody", { role: "rowgroup" }, clocks.map((clock) => h("tr", { role: "row" }, h("th", { role: "rowheader", scope: "row" }, clocks.length > 1 ? clock : unseen(say("day"))),
      days.map((day) => box(at.get(day + clock)))))));
  const first = grid.querySelector("button");
  if (first) first.tabIndex = 0;
  return h("div", { class: "scroll heat-frame", role: "group", "aria-label": caption }, grid);

  function box(cell) {
    if (!cell || cell.closed || cell.value === null) return h("td", { role: "gridcell", class: "closed" }, unseen(say("closed")));
    const shade = most ? Math.min(SHADES - 1, Math.floor((cell.value / most) * SHADES)) : 0;
    const hand = cell.byHand ? `, ${say("override")}` : "";
    const range = Number.isFinite(cell.low) ? `, ${say("band80.between", { low: number(cell.low), high: number(cell.high) })}` : "";
    const button = h("button", {
      type: "button", tabindex: "-1", class: cell.byHand ? `shade-${shade} by-hand` : `shade-${shade}`, "aria-label": `${momentWords(cell.time)}: ${number(cell.value)}${hand}${range}`, title: `${momentWords(cell.time)}: ${number(cell.value)}${hand}${range}`,
      onclick: () => { rove(button); take(cell); },
    }, short(cell.value));
    return h("td", { role: "gridcell" }, button);
  }

  function rove(button) {
    grid.querySelectorAll('button[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    button.tabIndex = 0;
    button.focus();
  }

  function walk(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const cell = event.target.closest("td");
    if (!step || !cell) return;
    event.preventDefault();
    const rows = [...grid.tBodies[0].rows];
    let row = rows.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    for (;;) {
      row += step[0];
      column += step[1];
      const next = rows[row]?.cells[column];
      if (!next || column < 1) return;
      const button = next.querySelector("button");
      if (button) { rove(button); return; }
    }
  }
}

/** A number short enough for a narrow cell. */
function short(value) {
  if (value >= 10000) return `${number(value / 1000, 0)}k`;
  return value >= 1000 ? `${number(value / 1000, 1)}k` : number(value, value < 10 && value % 1 ? 1 : 0);
}
