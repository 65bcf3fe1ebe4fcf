// Keys of people and programs: made, rotated and revoked; each secret is shown once.

import { get, send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvButton } from "../../parts/csv_button.js";
import { confirmed, dialog } from "../../parts/dialog.js";
import { empty } from "../../parts/empty.js";
import { failureNote } from "../../parts/failure.js";
import { field, form } from "../../parts/field.js";
import { tell } from "../../parts/said.js";
import { table } from "../../parts/table.js";
import { localOf, momentWords, say } from "../../words.js";
import { showOnce } from "./shown_once.js";

const when = (instant) => momentWords(localOf(instant, Intl.DateTimeFormat().resolvedOptions().timeZone));

/** Draw it. */
export async function drawView(home) {
  const [{ items }, users] = await Promise.all([get("/v1/keys", { limit: 1000 }), get("/v1/users", { limit: 1000 })]);
  const named = (id) => users.items.find((user) => user.id === id)?.name ?? id;
  const again = () => drawView(home);
  const act = (row) => (row.revoked_at ? h("span", { class: "chip" }, say("keys.revoked")) : h("span", { class: "buttons" },
    h("button", { type: "button", "aria-label": say("keys.rotate.named", { label: row.label }), onclick: () => confirmed({ title: say("keys.rotate"), text: say("keys.rotate.text", { label: row.label }), go: say("keys.rotate"), act: async () => {
      const made = await send("POST", `/v1/keys/${encodeURIComponent(row.id)}/rotate`, {});
      await again();
      setTimeout(() => showOnce(say("keys.secret"), made.key, say("keys.secret.text")));
    } }) }, say("keys.rotate")),
    h("button", { type: "button", "aria-label": say("keys.revoke.named", { label: row.label }), onclick: () => confirmed({ title: say("keys.revoke"), text: say("keys.revoke.text", { label: row.label }), go: say("keys.revoke"), act: async () => {
      await send("DELETE", `/v1/keys/${encodeURIComponent(row.id)}`);
      tell(say("keys.revoked.done"));
      await again();
    } }) }, say("keys.revoke"))));
  fill(home, card(say("keys.title"), { wide: true, aside: [h("button", { type: "button", class: "primary", onclick: () => askKey(users.items, again) }, say("keys.new")), csvButton(items, say("keys.title"))] },
    items.length ? table({
      caption: say("keys.title"), quiet: true, stack: true, rows: items, columns: [
        { label: say("keys.label"), show: (row) => row.label },
        { label: say("keys.of"), show: (row) => named(row.principal) },
        { label: say("keys.id"), show: (row) => h("code", {}, row.id) },
        { label: say("keys.expires"), show: (row) => (row.expires_at ? when(row.expires_at) : say("keys.never")) },
        { label: say("keys.used"), show: (row) => (row.last_used_at ? when(row.last_used_at) : "–") },
        { label: say("act"), bare: true, show: act },
      ],
    }) : empty("keys.empty")));
}

function askKey(users, again) {
  const failed = h("div", {});
  const box = dialog(say("keys.new"), form({ class: "form" }, async ({ principal, label, expires }) => {
    try {
      const made = await send("POST", "/v1/keys", { principal, label: label.trim(), expires_at: expires ? `${expires}T23:59:00Z` : null });
      box.close();
      await again();
      setTimeout(() => showOnce(say("keys.secret"), made.key, say("keys.secret.text")));
    } catch (error) {
      fill(failed, failureNote(error));
    }
  },
    field(say("keys.of"), { name: "principal", value: users[0]?.id, options: users.map((user) => [user.id, user.name]) }),
    field(say("keys.label"), { name: "label", required: true, maxlength: 80, hint: say("keys.label.hint"), autocomplete: "off" }),
    field(say("keys.expires"), { name: "expires", type: "date" }), failed,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("keys.new")), h("button", { type: "button", onclick: () => box.close() }, say("cancel")))));
}
