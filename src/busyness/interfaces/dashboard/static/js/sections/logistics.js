// Logistics: where vehicles stand, where they should, and the van's loading list.

import { get } from "../api.js";
import { fleetMap } from "../charts/fleet_map.js";
import { fill, h } from "../elements.js";
import { card } from "../parts/card.js";
import { csvLink } from "../parts/csv_link.js";
import { empty } from "../parts/empty.js";
import { planNotes, planTiles } from "../parts/plan_facts.js";
import { planOf, tableOf } from "../parts/plan_of.js";
import { placeNames } from "../parts/place_names.js";
import { table } from "../parts/table.js";
import { field } from "../parts/field.js";
import { localOf, money, momentWords, number, say, signed } from "../words.js";

const SHAPES = 150;
const AT_ONCE = 8;
const LINES = 40;

export const asks = {};

/** Draw the page. */
export async function draw(home) {
  const answer = await planOf("rebalancing", home);
  if (!answer) return;
  const [targets, tours, { name, places }] = await Promise.all([tableOf("rebalancing", answer, "targets"), tableOf("rebalancing", answer, "tours"), placeNames()]);
  const { plan, items, meta } = answer;
  const times = [...new Set([...targets, ...items].map((row) => row.time))].sort();
  const zone = meta?.timezone;
  let time = times[0];
  const map = h("div", {});
  const moves = h("div", {});
  const standing = h("div", {});
  const picked = h("p", { class: "reading", "aria-live": "polite" }, say("map.hint"));
  const shapes = new Map();
  const units = (rows) => rows.reduce((sum, row) => sum + row.quantity, 0);
  fill(home, planTiles(plan, [
    { label: say("moves.title"), value: number(units(items)), note: say("moves.trips", { count: items.length }) },
    { label: say("moves.unmet"), value: number(sum(targets, "unmet_with"), 1), note: say("moves.unmet.note", { without: number(sum(targets, "unmet_without"), 1) }) },
  ]),
  times.length > 1 ? field(say("period"), { name: "period", value: time, options: times.map((one) => [one, momentWords(localOf(one, zone))]), onchange: (event) => { time = event.target.value; paint(); } }) : null,
  h("div", { class: "columns" }, card(say("map.title"), { hint: say("map.legend") }, map, picked), targets.length ? card(say("targets.title"), { aside: csvLink("/v1/rebalancing/targets", {}, say("targets.title")) }, standing) : null),
  card(say("moves.title"), { wide: true, aside: csvLink("/v1/rebalancing", {}, say("moves.title")) }, moves), toursCard(tours), planNotes(plan));
  paint();
  await fetchShapes(places, shapes);
  if (shapes.size) paint();

  function paint() {
    const now = new Map(targets.filter((row) => row.time === time).map((row) => [row.place, row]));
    const rows = items.filter((row) => row.time === time);
    fill(map, fleetMap({
      title: say("map.title"), moves: rows.slice(0, LINES), take: (place) => { picked.textContent = `${place.name}: ${place.text}`; },
      places: places.map((place) => {
        const target = now.get(place.place);
        return { ...place, shape: shapes.get(place.place), value: target?.target ?? 0, text: target ? say("map.place", { now: number(target.now), target: number(target.target), wanted: number(target.wanted, 1) }) : say("map.nothing") };
      }),
    }));
    fill(standing, targetsTable([...now.values()]));
    fill(moves, rows.length ? table({
      caption: say("moves.title"), quiet: true, stack: true, first: 20, rows, columns: [
        { label: say("moves.from"), show: (row) => name(row.from) },
        { label: say("moves.to"), show: (row) => name(row.to) },
        { label: say("quantity"), number: true, show: (row) => number(row.quantity), sort: (row) => row.quantity },
        { label: say("cost"), number: true, show: (row) => money(row.cost, plan.currency), sort: (row) => row.cost },
        { label: say("reason"), show: (row) => h("span", { class: "why-text" }, row.reason) },
      ],
    }) : empty("moves.none"));
  }

  function targetsTable(rows) {
    return table({
      caption: say("targets.title"), quiet: true, first: 12, rows, columns: [
        { label: say("place"), show: (row) => name(row.place), sort: (row) => name(row.place) },
        { label: say("targets.now"), number: true, show: (row) => number(row.now), sort: (row) => row.now },
        { label: say("targets.target"), number: true, show: (row) => h("strong", {}, number(row.target)), sort: (row) => row.target },
        { label: say("targets.change"), number: true, show: (row) => signed(row.target - row.now), sort: (row) => row.target - row.now },
        { label: say("targets.wanted"), number: true, show: (row) => number(row.wanted, 1), sort: (row) => row.wanted },
      ],
    });
  }

  function toursCard(stops) {
    if (!stops.length) return null;
    const numbers = [...new Set(stops.map((stop) => stop.tour))];
    return card(say("tours.title"), { wide: true, aside: [csvLink("/v1/rebalancing/tours", {}, say("tours.title")), h("button", { type: "button", class: "quiet", onclick: () => window.print() }, say("print"))] },
      numbers.map((tour, n) => h("details", { class: "tour", open: n === 0 }, h("summary", {}, say("tours.tour", { tour })), table({
        caption: say("tours.tour", { tour }), quiet: true, rows: stops.filter((stop) => stop.tour === tour), columns: [
          { label: say("tours.stop"), number: true, show: (row) => number(row.stop) },
          { label: say("place"), main: true, show: (row) => row.name ?? name(row.place) },
          { label: say("tours.load"), number: true, show: (row) => (row.load ? number(row.load) : "") },
          { label: say("tours.unload"), number: true, show: (row) => (row.unload ? number(row.unload) : "") },
          { label: say("tours.aboard"), number: true, show: (row) => number(row.aboard) },
          { label: say("tours.done"), show: (row) => h("input", { type: "checkbox", "aria-label": say("tours.done.named", { place: row.name ?? name(row.place) }) }) },
        ],
      }))));
  }
}

const sum = (rows, key) => rows.reduce((total, row) => total + (row[key] ?? 0), 0);

/** Outlines are fetched a few at a time, and not at all where there are very many places: points are drawn then. */
async function fetchShapes(places, shapes) {
  if (places.length > SHAPES) return;
  const waiting = [...places];
  const one = async () => {
    for (let place = waiting.shift(); place; place = waiting.shift()) {
      if (place.has_shape === false) continue;
      const shape = await get(`/v1/places/${encodeURIComponent(place.place)}/shape`).catch(() => null);
      if (!shape) { waiting.length = 0; return; }
      shapes.set(place.place, shape);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

