// The state of the data, what the gate says of the forecast, and whether the world still looks like before.

import { h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvButton } from "../../parts/csv_button.js";
import { empty } from "../../parts/empty.js";
import { table } from "../../parts/table.js";
import { view } from "../../view.js";
import { dayWords, has, known, language, localOf, number, percent, say, signed } from "../../words.js";

/** What the gate checked, and figures of the data's health. */
export function checksCard({ checks = [], health = {} }) {
  const facts = Object.entries(health).filter(([, value]) => typeof value === "number" || (typeof value === "string" && value.length < 60));
  return card(say("health.title"), { aside: checks.length ? csvButton(checks, say("health.checks")) : null },
    checks.length ? table({ caption: say("health.checks"), quiet: true, rows: checks, columns: [
      { label: say("health.check"), show: (row) => known("check", row.name) },
      { label: say("state"), show: (row) => h("span", { class: row.verdict === "passed" ? "chip" : "chip warn" }, known("verdict", row.verdict)) },
      { label: say("health.says"), show: (row) => (row.verdict === "passed" && language !== "en" && has(`passed.${row.name}`) ? say(`passed.${row.name}`) : row.sentence) || "–" },
    ] }) : null,
    facts.length ? h("details", {}, h("summary", {}, say("health.figures")), h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, known("health", name)), h("dd", {}, typeof value === "number" ? number(value) : value))))) : null,
    facts.length || checks.length ? null : empty("health.empty"));
}

/** The last week against those before: all places, then the places that moved most. */
export function driftCard(rows) {
  const order = [...rows].sort((a, b) => (a.place ? 1 : 0) - (b.place ? 1 : 0) || (b.psi ?? -1) - (a.psi ?? -1));
  return card(say("drift.title"), { hint: say("drift.hint"), aside: rows.length ? csvButton(rows, say("drift.title")) : null }, rows.length ? table({ caption: say("drift.title"), quiet: true, stack: true, rows: order, first: 10, columns: [
    { label: say("place"), show: (row) => row.place || say("drift.all") },
    { label: say("drift.value"), number: true, show: (row) => number(row.psi, 2) },
    { label: say("drift.level"), number: true, show: (row) => (Number.isFinite(row.level_change) ? `${signed(row.level_change * 100, 0)}\u00a0%` : "–") },
    { label: say("quality.error"), number: true, show: (row) => percent(row.wape_last, 1) },
    { label: say("state"), show: (row) => (row.verdict === "unknown" ? "–" : h("span", { class: row.verdict === "drifted" ? "chip warn" : "chip" }, known("drift", row.verdict))) },
  ] }) : empty("drift.empty"));
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T/;
const found = (value) => (typeof value === "number" ? number(value) : MOMENT.test(value) ? dayWords(localOf(value, view.world.timezone), { year: true }) : String(value ?? "–"));

/** What was found in the data itself, as the makers of the forecast noted it. */
export function findingsCard(rows) {
  if (!rows.length) return null;
  const names = Object.keys(rows[0]).filter((name) => rows.some((row) => row[name] !== null && typeof row[name] !== "object"));
  return card(say("findings.title"), { wide: true, aside: csvButton(rows, say("findings.title")) }, table({
    caption: say("findings.title"), quiet: true, first: 10, rows,
    columns: names.map((name) => ({ label: known("finding", name, name.replace(/_/g, " ")), number: rows.every((row) => row[name] === null || typeof row[name] === "number"), show: (row) => found(row[name]) })),
  }));
}
