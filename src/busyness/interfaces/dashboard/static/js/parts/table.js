// Tables: scrolled inside their own frame when wide, one card a row on a phone when `stack` says so.

import { fill, h, unseen } from "../elements.js";
import { say } from "../words.js";

/**
 * @typedef {{key?: string, label: string, number?: boolean, show?: (row: Object) => (Node|string), sort?: (row: Object) => any, main?: boolean, bare?: boolean, keep?: boolean}} Column
 */

/**
 * Draw a table.
 * @param {{caption: string, columns: Column[], rows: Object[], stack?: boolean, first?: number, more?: () => Promise<Object[]|null>, quiet?: boolean}} of
 * @returns {HTMLElement}
 */
export function table({ caption, columns, rows, stack = false, first = 50, more = null, quiet = false }) {
  let all = [...rows];
  let shown = first;
  let order = null;
  const body = h("tbody", { role: "rowgroup" });
  const heads = columns.map((column, n) => h("th", { scope: "col", role: "columnheader", class: column.number ? "number" : null },
    headOf(column, n)));
  const caps = h("caption", { class: quiet ? "unseen" : null }, caption);
  const grid = h("table", { role: "table", class: stack ? "stack" : null }, caps,
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)), body);
  const button = h("button", { type: "button", onclick: grow }, say("more"));
  const frame = h("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": caption }, grid);
  paint();
  return h("div", { class: "table" }, frame, button);

  function paint() {
    fill(body, all.slice(0, shown).map((row) => h("tr", { role: "row" }, columns.map((column, n) => cell(column, row, n)))));
    button.hidden = all.length <= shown && !more;
  }

  function cell(column, row, n) {
    const shownAs = column.show ? column.show(row) : (row[column.key] ?? "–");
    const kind = column.main ?? (n === 0) ? "th" : "td";
    return h(kind, {
      role: kind === "th" ? "rowheader" : "cell", scope: kind === "th" ? "row" : null, "data-label": column.bare ? null : column.label, class: column.number ? "number" : column.keep ? "keep" : null,
    }, shownAs);
  }

  function headOf(column, n) {
    if (column.bare) return unseen(column.label);
    return column.sort ? h("button", { type: "button", class: "sort", onclick: () => sorted(n) }, column.label) : column.label;
  }

  function sorted(n) {
    const down = order?.n === n ? !order.down : Boolean(columns[n].number);
    order = { n, down };
    const by = columns[n].sort;
    all.sort((a, b) => compared(by(a), by(b)) * (down ? -1 : 1));
    heads.forEach((head, k) => (k === n ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
    paint();
  }

  async function grow() {
    if (all.length > shown) shown += first;
    else if (more) {
      const next = await more();
      if (next?.length) { all = [...all, ...next]; shown += next.length; } else more = null;
    }
    paint();
  }
}

function compared(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}
