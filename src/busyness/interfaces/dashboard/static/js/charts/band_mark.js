// One number against the band it was expected in, as small as a word.

import { s } from "../elements.js";
import { linear } from "./scale.js";

const WIDTH = 120;

/** A mark for what came on the band of what was expected, from nothing up; hidden from screen readers, which hear the numbers beside it. */
export function bandMark({ observed, expected, low, high }) {
  const most = Math.max(1e-9, ...[observed, high, expected].filter(Number.isFinite));
  const x = linear([0, most * 1.1], [2, WIDTH - 2]);
  const fits = (value) => Number.isFinite(value);
  return s("svg", { class: "band-mark", width: WIDTH, height: 18, viewBox: `0 0 ${WIDTH} 18`, "aria-hidden": "true" },
    s("line", { class: "grid", x1: 0, x2: WIDTH, y1: 9, y2: 9 }),
    fits(low) && fits(high) ? s("rect", { class: "band", x: x(low), width: Math.max(x(high) - x(low), 2), y: 4, height: 10 }) : null,
    fits(expected) ? s("line", { class: "expected", x1: x(expected), x2: x(expected), y1: 2, y2: 16 }) : null,
    fits(observed) ? s("circle", { class: "dot big", cx: x(observed), cy: 9, r: 4.5 }) : null);
}
