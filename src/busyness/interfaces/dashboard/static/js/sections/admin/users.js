// Who may come in, and as what.

import { get, send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvButton } from "../../parts/csv_button.js";
import { confirmed, dialog } from "../../parts/dialog.js";
import { empty } from "../../parts/empty.js";
import { failureNote } from "../../parts/failure.js";
import { field, form } from "../../parts/field.js";
import { tell, tellFailure } from "../../parts/said.js";
import { table } from "../../parts/table.js";
import { view } from "../../view.js";
import { known, say } from "../../words.js";
import { showOnce } from "./shown_once.js";

const ROLES = ["operations", "inventory", "finance", "marketing", "logistics", "staff", "admin"];
const listOf = (text) => { const parts = text.split(",").map((one) => one.trim()).filter(Boolean); return parts.length ? parts : null; };

/** Draw it. */
export async function drawView(home) {
  const { items } = await get("/v1/users", { limit: 1000 });
  const again = () => drawView(home);
  fill(home, card(say("users.title"), { wide: true, aside: [h("button", { type: "button", class: "primary", onclick: () => askUser(again) }, say("users.new")), csvButton(items, say("users.title"))] },
    items.length ? table({
      caption: say("users.title"), quiet: true, stack: true, rows: items, columns: [
        { label: say("name"), show: (row) => row.name, sort: (row) => row.name },
        { label: say("role"), show: (row) => known("role", row.role), sort: (row) => row.role },
        { label: say("users.scope"), show: (row) => scope(row) },
        { label: say("state"), show: (row) => h("span", { class: "chip" }, say(row.disabled ? "users.off" : "users.on")) },
        { label: say("act"), bare: true, show: (row) => h("span", { class: "buttons" },
          h("button", { type: "button", "aria-label": say("users.link.named", { name: row.name }), onclick: () => makeLink(row) }, say("users.link")),
          h("button", { type: "button", "aria-label": say(row.disabled ? "users.enable.named" : "users.disable.named", { name: row.name }), onclick: () => toggle(row, again) }, say(row.disabled ? "users.enable" : "users.disable"))) },
      ],
    }) : empty("users.empty")));
}

function scope(row) {
  const worlds = row.worlds?.length ? row.worlds.map((name) => known("world", name)).join(", ") : say("users.all.worlds");
  const places = row.places?.length ? row.places.join(", ") : say("users.all.places");
  return row.person ? `${worlds} · ${row.person}` : `${worlds} · ${places}`;
}

const PROFILE = ["name", "role", "worlds", "places", "person", "language", "email"];
const profileOf = (row) => Object.fromEntries(PROFILE.map((key) => [key, row[key] ?? null]));

function askUser(again) {
  const failed = h("div", {});
  const box = dialog(say("users.new"), form({ class: "form" }, async (given) => {
    const body = { name: given.name.trim(), role: given.role, worlds: given.world ? [given.world] : null, places: listOf(given.places), person: given.person.trim() || null, email: given.email.trim() || null, language: given.language };
    try {
      await send("POST", "/v1/users", body);
      box.close();
      tell(say("users.made", { name: body.name }));
      await again();
    } catch (error) {
      fill(failed, failureNote(error));
    }
  },
    field(say("name"), { name: "name", required: true, maxlength: 120, autocomplete: "off" }),
    field(say("role"), { name: "role", value: "operations", options: ROLES.map((role) => [role, known("role", role)]) }),
    field(say("world"), { name: "world", value: "", options: [["", say("users.all.worlds")], ...view.worlds.map((world) => [world.name, known("world", world.name, world.title)])] }),
    field(say("users.places"), { name: "places", hint: say("users.places.hint"), autocomplete: "off" }),
    field(say("users.person"), { name: "person", hint: say("users.person.hint"), autocomplete: "off" }),
    field(say("users.email"), { name: "email", type: "email", autocomplete: "off" }),
    field(say("language"), { name: "language", value: "es", options: [["es", "Español"], ["en", "English"]] }), failed,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("users.new")), h("button", { type: "button", onclick: () => box.close() }, say("cancel")))));
}

function toggle(row, again) {
  const act = async () => {
    await send("PUT", `/v1/users/${encodeURIComponent(row.id)}`, { ...profileOf(row), disabled: !row.disabled });
    tell(say(row.disabled ? "users.enabled" : "users.disabled", { name: row.name }));
    await again();
  };
  if (row.disabled) act().catch(tellFailure);
  else confirmed({ title: say("users.disable"), text: say("users.disable.text", { name: row.name }), go: say("users.disable"), act });
}

async function makeLink(row) {
  try {
    const answer = await send("POST", `/v1/users/${encodeURIComponent(row.id)}/login-link`);
    showOnce(say("users.link.title", { name: row.name }), new URL(answer.url, location.href).href, say("users.link.text"));
  } catch (error) {
    tellFailure(error);
  }
}
