// Today: what is happening against what was expected, what comes next, and what needs an answer.

import { get } from "../api.js";
import { bandMark } from "../charts/band_mark.js";
import { fill, h } from "../elements.js";
import { card } from "../parts/card.js";
import { csvButton } from "../parts/csv_button.js";
import { empty } from "../parts/empty.js";
import { proposalCards } from "../parts/proposals.js";
import { tell } from "../parts/said.js";
import { table } from "../parts/table.js";
import { tiles } from "../parts/tiles.js";
import { tracePage } from "../parts/trace.js";
import { link, may, view } from "../view.js";
import { clockOf, dayOf, dayWords, known, language, likely, localOf, momentWords, number, percent, say, unitWord } from "../words.js";

const EVERY = 60000;
const FEW = 5;
const UNUSUAL = ["above", "below", "late"];
const heard = new Set();
let again = 0;

export const asks = { place: false };

/** Draw the page, and look again every minute while it is seen. */
export async function draw(home) {
  clearTimeout(again);
  const now = await get("/v1/now", { lang: language });
  paint(home, now);
  const look = () => {
    again = setTimeout(async () => {
      if (document.visibilityState === "visible") repaint(home, await get("/v1/now", { lang: language }).catch(() => now));
      look();
    }, EVERY);
  };
  look();
}

/** Paint anew, leave the focus where it was, and say what alerts are new. */
function repaint(home, now) {
  const fresh = (now.alerts ?? []).filter((alert) => !heard.has(alert.text));
  const places = () => [...home.querySelectorAll("a, button, summary, [tabindex]")];
  const at = places().indexOf(document.activeElement);
  paint(home, now);
  if (at >= 0) places()[at]?.focus({ preventScroll: true });
  if (fresh.length) tell(fresh.map((alert) => alert.text).join(" "), { warn: true });
}

function paint(home, now) {
  const places = now.places ?? [];
  const unusual = places.filter((place) => UNUSUAL.includes(place.status));
  const next = soonest(places);
  const clock = localOf(now.meta.clock, now.meta.timezone);
  tracePage(now.meta);
  (now.alerts ?? []).forEach((alert) => heard.add(alert.text));
  if (!places.length) {
    fill(home, empty("today.empty", { command: "busyness forecast …" }));
    return;
  }
  fill(home,
    h("p", { class: "lead" }, say("today.lead", { when: daily() ? dayWords(clock, { long: true }) : momentWords(clock), noun: unitWord(now.meta.noun) })),
    tiles([
      { label: say("today.unusual"), value: number(unusual.length), note: say("today.of", { count: places.length }), warn: unusual.length > 0 },
      next ? { label: say("today.next"), value: peakClock(next.peak, now.meta, clock), note: next.place.name } : null,
      { label: say("today.alerts"), value: number((now.alerts ?? []).length), warn: (now.alerts ?? []).length > 0 },
      may("intraday:write") || (now.proposals ?? []).length ? { label: say("today.proposals"), value: number((now.proposals ?? []).length) } : null,
    ]),
    alertsCard(now.alerts ?? []),
    (now.proposals ?? []).length || may("intraday:write") ? card(say("today.proposals"), {}, proposalCards(now.proposals ?? [], now.meta, places)) : null,
    placesCard(now, places, clock));
}

function soonest(places) {
  const all = places.flatMap((place) => (place.next_peaks ?? []).map((peak) => ({ place, peak })));
  return all.sort((a, b) => String(a.peak.time).localeCompare(String(b.peak.time)) || (b.peak.probability ?? 0) - (a.peak.probability ?? 0))[0] ?? null;
}

const daily = () => view.world.slot_minutes >= 1440;

function peakClock(peak, meta, now) {
  const local = peak.local_time ?? localOf(peak.time, meta.timezone);
  if (daily()) return dayWords(local);
  return dayOf(local) === dayOf(now) ? clockOf(local) : `${dayWords(local)} ${clockOf(local)}`;
}

function alertsCard(alerts) {
  const line = (alert) => h("li", { class: `alert ${alert.level}` }, h("strong", {}, known("level", alert.level)), h("span", {}, alert.text));
  const rest = alerts.slice(FEW);
  return card(say("today.alerts"), { aside: alerts.length ? csvButton(alerts, say("today.alerts")) : null },
    h("ul", { class: "alerts" }, alerts.length ? alerts.slice(0, FEW).map(line) : h("li", { class: "muted" }, say("today.alerts.none"))),
    rest.length ? h("details", {}, h("summary", {}, say("today.alerts.rest", { count: rest.length })), h("ul", { class: "alerts" }, rest.map(line))) : null);
}

function placesCard(now, places, clock) {
  const order = [...places].sort((a, b) => weight(b) - weight(a));
  return card(say("today.places"), { wide: true, aside: csvButton(flat(places), say("today.places")) }, table({
    caption: say("today.places"), quiet: true, stack: true, rows: order, columns: [
      { label: say("place"), show: (row) => (may("forecast:read") ? h("a", { href: link("/operations", { place: row.place }) }, row.name ?? row.place) : (row.name ?? row.place)), sort: (row) => row.name },
      { label: say("today.seen"), number: true, show: seen, sort: (row) => row.seen?.observed ?? null },
      { label: say("today.now"), number: true, sort: (row) => row.now?.expected ?? null, show: (row) => h("span", {}, number(row.now?.expected),
        Number.isFinite(row.now?.low) ? h("span", { class: "muted small" }, ` ${number(row.now.low)}–${number(row.now.high)}`) : null) },
      { label: say("band80"), show: (row) => (row.seen ? bandMark(row.seen) : "–") },
      { label: say("state"), show: (row) => h("span", { class: `chip ${row.status}` }, known("status", row.status)) , sort: (row) => row.status },
      { label: say("today.next"), show: (row) => peaks(row, now.meta, clock) },
    ],
  }));
}

/** The places as rows of a file. */
const flat = (places) => places.map(({ place, name, status, run, missing, now, seen: last }) => ({ place, name, status, run, missing, expected: now?.expected, low: now?.low, high: now?.high, seen_at: last?.time, seen: last?.observed, seen_expected: last?.expected }));

/** The newest count with its hour, and what had been expected of it. */
function seen(row) {
  if (!row.seen) return "–";
  if (row.seen.suppressed) return say("suppressed");
  return h("span", {}, h("strong", {}, number(row.seen.observed)), h("span", { class: "muted small" }, ` ${daily() ? dayWords(row.seen.time) : clockOf(row.seen.time)}`));
}

function weight(place) {
  const { observed, expected, high, low } = place.seen ?? {};
  const away = Number.isFinite(observed) && Number.isFinite(expected) ? Math.abs(observed - expected) / Math.max(high - low, 1) : 0;
  return (UNUSUAL.includes(place.status) ? 10 : 0) + away;
}

function peaks(row, meta, clock) {
  const [peak] = row.next_peaks ?? [];
  if (!peak) return "–";
  const over = peak.over_capacity;
  return h("span", {}, peakClock(peak, meta, clock), h("span", { class: "muted small" }, ` ${Number.isFinite(peak.probability) ? likely(peak.probability) : ""}`),
    over > 0.5 ? h("span", { class: "chip warn" }, say("today.over", { share: percent(over) })) : null);
}
