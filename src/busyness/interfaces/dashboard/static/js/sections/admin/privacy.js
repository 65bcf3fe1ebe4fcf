// One person's data: handed out, or erased.

import { get, send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { confirmed } from "../../parts/dialog.js";
import { failureNote } from "../../parts/failure.js";
import { field, form } from "../../parts/field.js";
import { tell } from "../../parts/said.js";
import { number, say } from "../../words.js";

/** Draw it. */
export function drawView(home) {
  const found = h("div", { "aria-live": "polite" });
  fill(home, card(say("privacy.title"), { wide: true, hint: say("privacy.hint") }, form({ class: "form" }, async ({ person }) => {
    const id = person.trim();
    try {
      show(found, id, await get(`/v1/privacy/${encodeURIComponent(id)}`));
    } catch (error) {
      fill(found, failureNote(error));
    }
  },
    field(say("privacy.person"), { name: "person", required: true, hint: say("privacy.person.hint"), autocomplete: "off" }),
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("privacy.look")))), found));
}

function show(home, id, kept) {
  const parts = Object.entries(kept.kept).filter(([, value]) => value && typeof value === "object");
  const file = new Blob([JSON.stringify(kept, null, 2)], { type: "application/json" });
  fill(home, h("h3", {}, say("privacy.of", { person: id })),
    h("ul", {}, parts.map(([name, rows]) => h("li", {}, `${name}: ${number(Array.isArray(rows) ? rows.length : Object.keys(rows).length)}`))),
    h("div", { class: "buttons" }, h("a", { class: "button", href: URL.createObjectURL(file), download: `${id}.json` }, say("privacy.export")),
      h("button", { type: "button", onclick: () => confirmed({
        title: say("privacy.erase"), text: say("privacy.erase.text", { person: id }), typed: id, go: say("privacy.erase"),
        act: async () => { await send("DELETE", `/v1/privacy/${encodeURIComponent(id)}`); fill(home, h("p", {}, say("privacy.erased", { person: id }))); tell(say("privacy.erased", { person: id })); },
      }) }, say("privacy.erase"))));
}
