// The day's shifts as a table whose hours can be typed: the same as the bars, for those who would rather not drag.

import { clock } from "../../charts/gantt.js";
import { h } from "../../elements.js";
import { csvButton } from "../../parts/csv_button.js";
import { table } from "../../parts/table.js";
import { known, say } from "../../words.js";

const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** The table, folded; `changed` hears of every edit. */
export function shiftTable(roster, day, writes, changed, open = false) {
  const time = (row, key, label) => (writes ? h("input", {
    type: "time", step: 900, value: clock(row[key]), "aria-label": `${label}, ${row.name ?? row.person}`,
    onchange: (event) => {
      if (!event.target.value) return;
      const next = { ...row, [key]: minutes(event.target.value) };
      if (next.finish <= next.begin) next.finish += 1440;
      roster.write(next, day);
      changed();
    },
  }) : clock(row[key]));
  const details = h("details", { class: "shifts", open }, h("summary", {}, say("roster.as.table")), table({
    caption: say("roster.shifts"), quiet: true, stack: true, rows: roster.on(day), columns: [
      { label: say("person"), show: (row) => row.name ?? row.person },
      { label: say("role"), show: (row) => (row.role ? known("task", row.role) : "–") },
      { label: say("start"), show: (row) => time(row, "begin", say("start")) },
      { label: say("end"), show: (row) => time(row, "finish", say("end")) },
      { label: say("break"), show: (row) => row.break || "–" },
      ...(writes ? [{ label: say("act"), bare: true, show: (row) => h("button", { type: "button", "aria-label": say("roster.remove.named", { name: row.name ?? row.person }), onclick: () => { roster.remove(row); changed(); } }, say("remove")) }] : []),
    ],
  }), csvButton(roster.now.map(({ id, detail, ...row }) => row), say("roster.shifts")));
  return details;
}
