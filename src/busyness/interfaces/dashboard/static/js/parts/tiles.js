// A row of figures.

import { h } from "../elements.js";

/**
 * Figures with their names, and a note where one is needed.
 * @param {Array<{label: string, value: string, note?: string, warn?: boolean}>} tiles
 */
export function tiles(items) {
  return h("dl", { class: "tiles" }, items.filter(Boolean).map(({ label, value, note, warn }) =>
    h("div", { class: warn ? "tile warn" : "tile" }, h("dt", {}, label), h("dd", {}, h("span", { class: "figure" }, value), note ? h("span", { class: "muted" }, note) : null))));
}
