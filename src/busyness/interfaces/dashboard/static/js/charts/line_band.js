// Lines over time with a band: a forecast with what it leaves open, and what came.

import { fill, h, s } from "../elements.js";
import { clockOf, dayOf, dayWords, momentWords, number, say, weekdayWord } from "../words.js";
import { table } from "../parts/table.js";
import { largest, linear, ticks } from "./scale.js";
import { responsive } from "./responsive.js";

const EDGE = { left: 46, right: 10, top: 10, bottom: 24 };

/**
 * @typedef {{label: string, values: Array<number|null>, kind: "line"|"dashed"|"dots"}} Line
 * @typedef {{label: string, low: number[], high: number[], kind?: "band"|"wide"}} Band
 */

/**
 * Draw lines and bands over local times, with a legend, a reading under the pointer and the same numbers as a table.
 * @param {{title: string, times: string[], lines: Line[], bands?: Band[], unit: string, height?: number}} of
 */
export function lineBand({ title, times, lines, bands = [], unit, height = 240 }) {
  const top = largest(...lines.map((line) => line.values), ...bands.map((band) => band.high));
  const reading = h("p", { class: "reading" }, "\u00a0");
  const daily = times.length > 1 && times.every((time) => clockOf(time) === clockOf(times[0]));
  const named = (time) => (daily ? dayWords(time) : momentWords(time));
  const draw = (width) => {
    const x = linear([0, Math.max(times.length - 1, 1)], [EDGE.left, width - EDGE.right]);
    const marks = ticks(0, top || 1);
    const y = linear([0, marks.at(-1)], [height - EDGE.bottom, EDGE.top]);
    const cursor = s("line", { class: "cursor", y1: EDGE.top, y2: height - EDGE.bottom, visibility: "hidden" });
    const read = (event) => {
      const box = drawing.getBoundingClientRect();
      const n = Math.round(((event.clientX - box.left - EDGE.left) / (width - EDGE.left - EDGE.right)) * (times.length - 1));
      if (n < 0 || n >= times.length) return;
      cursor.setAttribute("x1", x(n));
      cursor.setAttribute("x2", x(n));
      cursor.setAttribute("visibility", "visible");
      fill(reading, said(n));
    };
    const drawing = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title, onpointermove: read, onpointerdown: read },
      marks.map((mark) => [
        s("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y(mark), y2: y(mark) }),
        s("text", { class: "tick end", x: EDGE.left - 6, y: y(mark) + 4 }, number(mark)),
      ]),
      dayMarks(times, x, width, height, daily),
      bands.map((band) => areas(band, x, y)),
      lines.map((line) => strokes(line, x, y)), cursor);
    return drawing;
  };
  const said = (n) => [h("strong", {}, named(times[n])), ...lines.map((line) => ` · ${line.label} ${number(line.values[n])}`),
    ...bands.map((band) => (Number.isFinite(band.low[n]) ? ` · ${band.label} ${number(band.low[n])}–${number(band.high[n])}` : ""))];
  return h("figure", { class: "figure-box" }, h("figcaption", { class: "legend" }, h("span", { class: "muted" }, unit), ...keys(lines, bands)),
    responsive(draw), reading, asTable(title, times, lines, bands, named));
}

function dayMarks(times, x, width, height, daily) {
  const days = times.map((time, n) => [dayOf(time), n]).filter(([day], n) => n === 0 || day !== dayOf(times[n - 1]));
  const room = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor((width - EDGE.left) / 62))));
  return days.map(([day, n], k) => [
    daily ? null : s("line", { class: "day", x1: x(n), x2: x(n), y1: EDGE.top, y2: height - EDGE.bottom }),
    k % room === 0 && x(n) < width - 30 ? s("text", { class: "tick", x: x(n) + (daily ? -6 : 3), y: height - 7 }, `${weekdayWord(day)} ${Number(day.slice(8))}`) : null,
  ]);
}

/** The stretches in which every list has a number. */
function stretches(lists) {
  const found = [];
  let run = null;
  lists[0].forEach((_, n) => {
    const whole = lists.every((list) => Number.isFinite(list[n]));
    if (whole && !run) found.push((run = []));
    if (whole) run.push(n); else run = null;
  });
  return found;
}

function areas(band, x, y) {
  return stretches([band.low, band.high]).map((run) => {
    const points = [...run.map((n) => `${x(n).toFixed(1)},${y(band.high[n]).toFixed(1)}`), ...run.toReversed().map((n) => `${x(n).toFixed(1)},${y(band.low[n]).toFixed(1)}`)];
    return s("polygon", { class: band.kind ?? "band", points: points.join(" ") });
  });
}

function strokes(line, x, y) {
  if (line.kind === "dots") {
    return line.values.map((value, n) => (Number.isFinite(value) ? s("circle", { class: "dot", cx: x(n), cy: y(value), r: 2.2 }) : null));
  }
  return stretches([line.values]).map((run) =>
    s("polyline", { class: line.kind, points: run.map((n) => `${x(n).toFixed(1)},${y(line.values[n]).toFixed(1)}`).join(" ") }));
}

function keys(lines, bands) {
  return [...lines.map((line) => [`key ${line.kind}`, line.label]), ...bands.map((band) => [`key ${band.kind ?? "band"}`, band.label])]
    .map(([kind, label]) => h("span", { class: "legend-item" }, h("i", { class: kind, "aria-hidden": "true" }), label));
}

function asTable(title, times, lines, bands, named) {
  const details = h("details", { ontoggle: () => {
    if (!details.open || details.childElementCount > 1) return;
    const show = (list) => ({ number: true, show: (n) => number(list[n]) });
    details.append(table({ caption: title, quiet: true, rows: times.map((_, n) => n), columns: [
      { label: say("when"), show: (n) => named(times[n]) },
      ...lines.map((line) => ({ label: line.label, ...show(line.values) })),
      ...bands.flatMap((band) => [{ label: `${band.label}, ${say("low")}`, ...show(band.low) }, { label: `${band.label}, ${say("high")}`, ...show(band.high) }]),
    ] }));
  } }, h("summary", {}, say("as.table")));
  return details;
}
