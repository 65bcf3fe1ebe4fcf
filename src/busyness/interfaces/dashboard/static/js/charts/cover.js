// Need against roster through one day: steps for the heads that are needed, bars for those that are there.

import { h, s } from "../elements.js";
import { number, say } from "../words.js";
import { largest, linear, ticks } from "./scale.js";
import { responsive } from "./responsive.js";

/**
 * Draw a day's cover.
 * @param {{title: string, slots: Array<{start: number, end: number, need: number, planned: number}>, from: number, until: number, left: number, height?: number}} of minutes after midnight
 */
export function cover({ title, slots, from, until, left, height = 110 }) {
  const edge = { top: 8, bottom: 6 };
  const top = largest(slots.map((slot) => slot.need), slots.map((slot) => slot.planned));
  return h("div", { class: "cover" }, responsive((width) => {
    const x = linear([from, until], [left, width]);
    const marks = ticks(0, top || 1, 3).filter(Number.isInteger);
    const y = linear([0, marks.at(-1) || 1], [height - edge.bottom, edge.top]);
    const steps = slots.flatMap((slot) => [`${x(slot.start)},${y(slot.need)}`, `${x(slot.end)},${y(slot.need)}`]);
    return s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title },
      marks.map((mark) => [s("line", { class: "grid", x1: left, x2: width, y1: y(mark), y2: y(mark) }), s("text", { class: "tick end", x: left - 6, y: y(mark) + 4 }, number(mark))]),
      slots.map((slot) => s("rect", { class: slot.planned < slot.need ? "there short" : "there", x: x(slot.start) + 0.5, width: Math.max(x(slot.end) - x(slot.start) - 1, 1), y: y(slot.planned), height: y(0) - y(slot.planned) })),
      s("polyline", { class: "needed", points: steps.join(" ") }));
  }), h("p", { class: "legend" }, ["there", "there short", "needed"].map((kind) => h("span", { class: "legend-item" }, h("i", { class: `key ${kind}`, "aria-hidden": "true" }), say(`cover.${kind.replace(" ", ".")}`)))));
}
