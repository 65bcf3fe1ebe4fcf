// The card of one release: what the model was made from, with what, and how well it did.

import { get } from "../../api.js";
import { h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { empty } from "../../parts/empty.js";
import { table } from "../../parts/table.js";
import { view } from "../../view.js";
import { dayWords, known, localOf, momentWords, number, say } from "../../words.js";

/** Draw it. */
export async function modelCard(release) {
  const answer = await get(`/v1/models/${encodeURIComponent(release)}/card`);
  const facts = answer.card;
  if (!facts) return card(say("card.title", { release }), { wide: true }, empty("card.empty"));
  const made = facts.data_card ?? {};
  const rows = [
    ["card.kind", facts.kind], ["card.version", facts.version], ["card.made", facts.created_at ? momentWords(localOf(facts.created_at, view.world.timezone)) : null],
    ["card.data", made.fingerprint ? `${String(made.source ?? "").split("/").at(-1)} ${made.fingerprint.slice(0, 12)}`.trim() : null], ["card.places", number(made.places)],
    ["card.span", made.first ? `${dayWords(localOf(made.first, view.world.timezone), { year: true })} – ${dayWords(localOf(made.last, view.world.timezone), { year: true })}` : null],
    ["card.observed", number(made.observed)], ["card.seed", facts.seed], ["card.software", facts.software ? `Busyness ${facts.software.busyness}, Python ${facts.software.python}` : null],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "–");
  const section = card(say("card.title", { release }), { wide: true },
    h("dl", { class: "facts" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, say(key)), h("dd", {}, String(value))))),
    folded("card.metrics", flat(facts.metrics)), folded("card.parameters", flat(facts.parameters)), features(facts.features ?? []));
  section.id = "card";
  return section;
}

function flat(tree, prefix = "") {
  return Object.entries(tree ?? {}).flatMap(([key, value]) => (value !== null && typeof value === "object" && !Array.isArray(value) ? flat(value, `${prefix}${key}.`) : [{ name: prefix + key, value }]));
}

function folded(key, rows) {
  if (!rows.length) return null;
  return h("details", {}, h("summary", {}, say(key)), table({ caption: say(key), quiet: true, rows, columns: [
    { label: say("name"), show: (row) => known("metric", row.name) },
    { label: say("value"), number: true, show: (row) => (typeof row.value === "number" ? number(row.value) : String(row.value ?? "–")) },
  ] }));
}

function features(rows) {
  if (!rows.length) return null;
  return h("details", {}, h("summary", {}, say("card.features", { count: rows.length })), table({ caption: say("card.features", { count: rows.length }), quiet: true, rows, columns: [
    { label: say("name"), show: (row) => row.name ?? row.feature ?? "" },
    { label: say("card.meaning"), show: (row) => row.meaning ?? row.description ?? "" },
    { label: say("money.source"), show: (row) => row.source ?? "" },
  ] }));
}
