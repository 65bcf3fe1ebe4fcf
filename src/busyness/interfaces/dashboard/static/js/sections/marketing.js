// Marketing: which windows to promote next, and what each kind of promotion has done.

import { intervals } from "../charts/intervals.js";
import { fill, h } from "../elements.js";
import { card } from "../parts/card.js";
import { csvLink } from "../parts/csv_link.js";
import { empty } from "../parts/empty.js";
import { planNotes, planTiles } from "../parts/plan_facts.js";
import { planOf, tableOf } from "../parts/plan_of.js";
import { placeNames } from "../parts/place_names.js";
import { table } from "../parts/table.js";
import { dayWords, known, money, number, percent, say } from "../words.js";

export const asks = {};

const share = (value) => (value > 0 ? "+" : "") + percent(value, 1);

/** Draw the page. */
export async function draw(home) {
  const answer = await planOf("promotions", home);
  if (!answer) return;
  const [effects, candidates, { name }] = await Promise.all([tableOf("promotions", answer, "effects"), tableOf("promotions", answer, "candidates"), placeNames()]);
  const { plan, items } = answer;
  fill(home, planTiles(plan, [
    { label: say("windows.picked"), value: number(items.length), note: say("windows.of", { count: candidates.length || items.length }) },
    { label: say("windows.spend"), value: money(items.reduce((sum, row) => sum + (row.spend ?? 0), 0), plan.currency) },
    { label: say("windows.visits"), value: number(items.reduce((sum, row) => sum + (row.quantity ?? 0), 0)), note: say("windows.visits.note") },
  ]),
  card(say("windows.title"), { wide: true, aside: csvLink("/v1/promotions", {}, say("windows.title")) }, items.length ? table({
    caption: say("windows.title"), quiet: true, stack: true, rows: items, columns: [
      { label: say("place"), show: (row) => name(row.place), sort: (row) => name(row.place) },
      { label: say("windows.window"), keep: true, show: (row) => `${dayWords(row.start)} – ${dayWords(row.end)}`, sort: (row) => row.start },
      { label: say("windows.type"), show: (row) => row.type, sort: (row) => row.type },
      { label: say("windows.visits"), number: true, show: (row) => number(row.quantity), sort: (row) => row.quantity },
      { label: say("windows.gain"), number: true, show: (row) => h("strong", {}, money(-row.cost, plan.currency)), sort: (row) => -row.cost },
      { label: say("reason"), show: (row) => h("span", { class: "why-text" }, row.reason) },
    ],
  }) : empty("windows.none")),
  effectsCard(effects), candidatesCard(candidates, name, plan), planNotes(plan));
}

function effectsCard(effects) {
  if (!effects.length) return null;
  const during = effects.filter((row) => row.when === "during");
  return card(say("uplift.title"), { wide: true, hint: say("uplift.hint"), aside: csvLink("/v1/promotions/effects", {}, say("uplift.title")) },
    intervals({ title: say("uplift.title"), rows: during.map((row) => ({ label: row.type, value: row.change, low: row.low, high: row.high, text: say("uplift.text", { change: share(row.change), low: share(row.low), high: share(row.high), count: row.windows }) })) }),
    h("details", {}, h("summary", {}, say("uplift.around")), table({
      caption: say("uplift.around"), quiet: true, rows: effects, columns: [
        { label: say("windows.type"), show: (row) => row.type },
        { label: say("when"), show: (row) => known("around", row.when) },
        { label: say("change"), number: true, show: (row) => share(row.change) },
        { label: say("interval"), number: true, show: (row) => (Number.isFinite(row.low) ? `${share(row.low)} … ${share(row.high)}` : "–") },
        { label: say("uplift.chance"), number: true, show: (row) => percent(row.p) },
      ],
    })));
}

function candidatesCard(rows, name, plan) {
  if (!rows.length) return null;
  return card(say("candidates.title"), { wide: true, aside: csvLink("/v1/promotions/candidates", {}, say("candidates.title")) }, table({
    caption: say("candidates.title"), quiet: true, first: 10, rows, columns: [
      { label: say("place"), show: (row) => name(row.place), sort: (row) => name(row.place) },
      { label: say("windows.window"), keep: true, show: (row) => `${dayWords(row.start)} – ${dayWords(row.end)}`, sort: (row) => row.start },
      { label: say("windows.type"), show: (row) => row.type },
      { label: say("windows.sure"), number: true, show: (row) => money(row.gain, plan.currency), sort: (row) => row.gain },
      { label: say("windows.taken"), show: (row) => say(row.picked ? "yes" : "no") },
    ],
  }));
}
