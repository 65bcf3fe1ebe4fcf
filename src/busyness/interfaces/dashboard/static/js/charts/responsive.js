// A drawing that is made anew when its frame changes width, so that its letters keep their size.

import { h } from "../elements.js";

/**
 * A frame that calls `draw(width)` for its drawing.
 * @param {(width: number) => SVGElement} draw
 */
export function responsive(draw) {
  const frame = h("div", { class: "chart" });
  let before = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (!width || width === before) return;
    before = width;
    frame.replaceChildren(draw(width));
  }).observe(frame);
  return frame;
}
