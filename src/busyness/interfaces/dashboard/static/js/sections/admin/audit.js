// What was done, by whom, and what was refused; nothing here can be changed.

import { get } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvLink } from "../../parts/csv_link.js";
import { empty } from "../../parts/empty.js";
import { field, form } from "../../parts/field.js";
import { table } from "../../parts/table.js";
import { known, localOf, momentWords, say } from "../../words.js";

const OUTCOMES = ["done", "refused", "failed"];
const LIMIT = 100;

/** Draw it. */
export async function drawView(home) {
  const list = h("div", {});
  const show = async (asked) => {
    const given = { ...asked, limit: LIMIT };
    const answer = await get("/v1/audit", given);
    let next = answer.next;
    const more = async () => {
      if (!next) return null;
      const page = await get("/v1/audit", { ...given, cursor: next });
      next = page.next;
      return page.items;
    };
    fill(list, h("p", { class: "aside" }, csvLink("/v1/audit", asked, say("audit.title"))), answer.items.length ? table({
      caption: say("audit.title"), quiet: true, stack: true, first: LIMIT, rows: answer.items, more: next ? more : null, columns: [
        { label: say("when"), show: (row) => momentWords(localOf(row.at, Intl.DateTimeFormat().resolvedOptions().timeZone)) },
        { label: say("audit.who"), show: (row) => [row.principal, row.role ? known("role", row.role) : ""].filter(Boolean).join(", ") || say("audit.nobody") },
        { label: say("audit.action"), show: (row) => h("span", {}, row.action, row.resource ? h("span", { class: "muted" }, ` ${row.resource}`) : null) },
        { label: say("place"), show: (row) => [row.world, row.place].filter(Boolean).join(" · ") || "–" },
        { label: say("audit.outcome"), show: (row) => h("span", { class: row.outcome === "done" ? "chip" : "chip warn" }, known("outcome", row.outcome)) },
      ],
    }) : empty("audit.empty"));
  };
  fill(home, card(say("audit.title"), { wide: true, hint: say("audit.hint") }, form({ class: "form grid" }, show,
    field(say("audit.who"), { name: "principal", autocomplete: "off" }),
    field(say("audit.action"), { name: "action", autocomplete: "off" }),
    field(say("audit.outcome"), { name: "outcome", value: "", options: [["", say("all")], ...OUTCOMES.map((name) => [name, known("outcome", name)])] }),
    h("div", { class: "buttons" }, h("button", { type: "submit" }, say("search")))), list));
  await show({});
}
