// Stock: what to order today, how much, and why.

import { fill, h } from "../elements.js";
import { card } from "../parts/card.js";
import { csvLink } from "../parts/csv_link.js";
import { planNotes, planTiles } from "../parts/plan_facts.js";
import { planOf, tableOf } from "../parts/plan_of.js";
import { placeNames } from "../parts/place_names.js";
import { table } from "../parts/table.js";
import { empty } from "../parts/empty.js";
import { dayWords, known, localOf, money, number, percent, say } from "../words.js";

export const asks = {};

/** Draw the page. */
export async function draw(home) {
  const answer = await planOf("stock", home);
  if (!answer) return;
  const [{ name }, totals] = await Promise.all([placeNames(), tableOf("stock", answer, "totals")]);
  const { plan, items, meta } = answer;
  const orders = items.filter((row) => row.action === "order");
  const body = h("div", {});
  const search = h("input", { type: "search", "aria-label": say("stock.search"), placeholder: say("stock.search"), oninput: paint });
  const all = h("input", { type: "checkbox", onchange: paint });
  fill(home, planTiles(plan, [
    { label: say("stock.orders"), value: number(orders.length), note: say("stock.lines", { count: items.length }) },
    { label: say("stock.pay"), value: money(orders.reduce((sum, row) => sum + (row.purchase ?? 0), 0), plan.currency) },
  ]),
  card(say("stock.title"), { wide: true, aside: csvLink("/v1/stock", {}, say("stock.title")) },
    h("div", { class: "row filters" }, search, h("label", { class: "check" }, all, say("stock.all"))), body),
  savings(totals, plan.currency), planNotes(plan));
  paint();

  function paint() {
    const text = search.value.trim().toLowerCase();
    const rows = (all.checked ? items : orders).filter((row) => !text || `${row.product} ${name(row.place)}`.toLowerCase().includes(text));
    fill(body, rows.length ? table({
      caption: say("stock.title"), quiet: true, stack: true, rows, columns: [
        { label: say("product"), show: (row) => row.product, sort: (row) => row.product },
        { label: say("place"), show: (row) => name(row.place), sort: (row) => name(row.place) },
        { label: say("stock.order"), number: true, sort: (row) => row.quantity, show: (row) => (row.action === "order" ? h("strong", {}, number(row.quantity)) : known("action", row.action)) },
        { label: say("stock.here"), number: true, show: (row) => h("span", {}, number(row.on_hand), row.on_order ? h("span", { class: "muted small" }, ` +${number(row.on_order)}`) : null) },
        { label: say("stock.demand"), number: true, show: (row) => h("span", {}, number(row.demand, 0), h("span", { class: "muted small" }, ` ≤ ${number(row.demand_high, 0)}`)) },
        { label: say("stock.arrives"), show: (row) => (row.arrives ? dayWords(localOf(row.arrives, meta?.timezone)) : "–") },
        { label: say("reason"), show: (row) => h("span", { class: "why-text" }, row.reason) },
      ],
    }) : empty("stock.nothing"));
  }
}

function savings(totals, currency) {
  if (!totals.length) return null;
  return card(say("stock.compare"), { aside: csvLink("/v1/stock/totals", {}, say("stock.compare")) }, table({
    caption: say("stock.compare"), quiet: true, rows: totals, columns: [
      { label: say("practice"), show: (row) => known("practice", row.policy) },
      { label: say("cost"), number: true, show: (row) => money(row.cost, currency) },
      { label: say("stock.lost"), number: true, show: (row) => number(row.lost) },
      { label: say("stock.wasted"), number: true, show: (row) => number(row.wasted) },
      { label: say("stock.served"), number: true, show: (row) => percent(row.served, 1) },
    ],
  }));
}
