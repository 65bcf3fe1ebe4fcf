// Estimates with their intervals, one a row, around a line at nothing.

import { h, s } from "../elements.js";
import { linear } from "./scale.js";
import { responsive } from "./responsive.js";

/**
 * Draw rows of `low … value … high`; the numbers are said beside each row, so the picture needs no table of its own.
 * @param {{title: string, rows: Array<{label: string, value: number, low: number, high: number, text: string}>}} of
 */
export function intervals({ title, rows }) {
  const finite = rows.filter((row) => Number.isFinite(row.value));
  const low = Math.min(0, ...finite.map((row) => row.low ?? row.value));
  const high = Math.max(0, ...finite.map((row) => row.high ?? row.value));
  return h("div", { class: "intervals", role: "group", "aria-label": title }, finite.map((row) => h("div", { class: "interval" },
    h("span", { class: "interval-name" }, row.label), responsive((width) => {
      const x = linear([low, high], [6, width - 6]);
      return s("svg", { width, height: 22, viewBox: `0 0 ${width} 22`, "aria-hidden": "true" },
        s("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: 22 }),
        s("line", { class: "whisker", x1: x(row.low ?? row.value), x2: x(row.high ?? row.value), y1: 11, y2: 11 }),
        s("circle", { class: "dot big", cx: x(row.value), cy: 11, r: 4.5 }));
    }), h("span", { class: "interval-text" }, row.text))));
}
