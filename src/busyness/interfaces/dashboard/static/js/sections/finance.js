// Finance: what the plans cost and save, with intervals, and the numbers this rests on, each to be changed.

import { send } from "../api.js";
import { intervals } from "../charts/intervals.js";
import { fill, h } from "../elements.js";
import { card } from "../parts/card.js";
import { csvLink } from "../parts/csv_link.js";
import { failureNote } from "../parts/failure.js";
import { form } from "../parts/field.js";
import { planNotes, planTiles } from "../parts/plan_facts.js";
import { planOf, tableOf } from "../parts/plan_of.js";
import { placeNames } from "../parts/place_names.js";
import { showProgress } from "../parts/progress.js";
import { table } from "../parts/table.js";
import { tell } from "../parts/said.js";
import { may } from "../view.js";
import { decimal, known, money, number, percent, say, signed } from "../words.js";

const TOTAL = "all costs";
const WORDED = ["share", "minutes", "hours", "visitors"];

export const asks = {};

/** Draw the page. */
export async function draw(home) {
  const answer = await planOf("money", home);
  if (!answer) return;
  const [page, places, assumptions, { name }] = await Promise.all([tableOf("money", answer, "page"), tableOf("money", answer, "places"), tableOf("money", answer, "assumptions"), placeNames()]);
  const { plan } = answer;
  const total = page.find((row) => row.item === TOTAL);
  const isMoney = (row) => !WORDED.includes(row.unit);
  fill(home, planTiles(plan, [total ? {
    label: say("money.saved"), value: money(-total.change, plan.currency), note: say("money.between", { low: money(-total.change_high, plan.currency), high: money(-total.change_low, plan.currency) }),
  } : null]),
  card(say("money.compare"), { wide: true, hint: say("money.hint"), aside: csvLink("/v1/money/page", {}, say("money.compare")) },
    intervals({ title: say("money.changes"), rows: page.filter(isMoney).map((row) => ({ label: known("item", row.item), value: row.change, low: row.change_low, high: row.change_high, text: money(row.change, plan.currency) })) }),
    table({
      caption: say("money.compare"), quiet: true, stack: true, rows: page, columns: [
        { label: say("money.item"), show: (row) => known("item", row.item) },
        { label: say("practice.plan"), number: true, show: (row) => amount(row, row.plan, plan.currency) },
        { label: say("practice.today"), number: true, show: (row) => amount(row, row.today, plan.currency) },
        { label: say("change"), number: true, show: (row) => h("strong", {}, amount(row, row.change, plan.currency, true)) },
        { label: say("interval"), number: true, show: (row) => `${amount(row, row.change_low, plan.currency, true)} … ${amount(row, row.change_high, plan.currency, true)}` },
      ],
    })),
  assumptionsCard(assumptions, () => draw(home)), placesCard(places, name, plan), planNotes(plan));
}

function amount(row, value, currency, change = false) {
  if (row.unit === "share") return change ? `${signed(value * 100, 1)}\u00a0pp` : percent(value, 1);
  if (WORDED.includes(row.unit)) return change ? signed(value, Math.abs(row.plan) < 1000 ? 1 : 0) : number(value, Math.abs(row.plan) < 1000 ? 1 : 0);
  return `${change && value > 0 ? "+" : ""}${money(value, currency)}`;
}

function placesCard(rows, name, plan) {
  if (!rows.length) return null;
  return card(say("money.places"), { wide: true, aside: csvLink("/v1/money/places", {}, say("money.places")) }, table({
    caption: say("money.places"), quiet: true, stack: true, first: 15, rows, columns: [
      { label: say("place"), show: (row) => name(row.place), sort: (row) => name(row.place) },
      { label: say("practice.plan"), number: true, show: (row) => money(row.plan, plan.currency), sort: (row) => row.plan },
      { label: say("practice.today"), number: true, show: (row) => money(row.today, plan.currency), sort: (row) => row.today },
      { label: say("change"), number: true, show: (row) => `${row.change > 0 ? "+" : ""}${money(row.change, plan.currency)}`, sort: (row) => row.change },
      { label: say("interval"), number: true, show: (row) => `${money(row.change_low, plan.currency)} … ${money(row.change_high, plan.currency)}` },
    ],
  }));
}

function assumptionsCard(rows, again) {
  if (!rows.length) return null;
  const writes = may("money:write");
  const home = h("div", {});
  const input = (row) => (writes ? h("input", { name: row.assumption, type: "text", inputmode: "decimal", required: true, pattern: "[0-9]+([.,][0-9]+)?", value: String(row.value).replace(".", decimal), "aria-label": known("assumption", row.assumption, row.meaning) }) : number(row.value));
  const submit = async (given) => {
    const changed = Object.fromEntries(rows.map((row) => [row.assumption, Number(given[row.assumption].replace(",", "."))]));
    try {
      const answer = await send("PUT", "/v1/money/assumptions", { assumptions: changed });
      if (answer?.job) await showProgress(home, answer, say("money.reckoning"));
      tell(say("money.stored"));
      await again();
    } catch (error) {
      fill(home, failureNote(error));
    }
  };
  return card(say("money.assumptions"), { wide: true, hint: say("money.assumptions.hint"), aside: csvLink("/v1/money/assumptions", {}, say("money.assumptions")) },
    form({ class: "form" }, submit, table({
      caption: say("money.assumptions"), quiet: true, stack: true, rows, columns: [
        { label: say("money.assumption"), show: (row) => known("assumption", row.assumption, row.meaning) },
        { label: say("value"), show: input },
        { label: say("unit"), show: (row) => known("measure", row.unit) },
        { label: say("money.source"), show: (row) => known("source", row.source) },
      ],
    }), home, writes ? h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("money.again"))) : null));
}
