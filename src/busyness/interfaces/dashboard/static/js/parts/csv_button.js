// A table that the service does not send as a file, saved from what the page holds.

import { h } from "../elements.js";
import { say } from "../words.js";

/** A button that saves rows as CSV, every field of them; `what` names the table and the file. */
export function csvButton(rows, what) {
  return h("button", { type: "button", class: "export quiet", "aria-label": say("export.named", { what }), onclick: () => save(rows, what) }, say("export"));
}

function save(rows, what) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
  const text = lines.map((line) => line.map(cell).join(",")).join("\r\n");
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = h("a", { href: url, download: `${what}.csv` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** A cell; one that a spreadsheet would take for a formula is kept as text. */
function cell(value) {
  const plain = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = /^[=+\-@\t]/.test(plain) && Number.isNaN(Number(plain)) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
