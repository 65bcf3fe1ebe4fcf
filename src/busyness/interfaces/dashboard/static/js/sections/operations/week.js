// The week ahead of one place: the heat map, the forecast with its bands, the likely peaks, and why a slot is as it is.

import { get } from "../../api.js";
import { heatMap } from "../../charts/heat_map.js";
import { lineBand } from "../../charts/line_band.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvLink } from "../../parts/csv_link.js";
import { empty } from "../../parts/empty.js";
import { failureNote } from "../../parts/failure.js";
import { table } from "../../parts/table.js";
import { tracePage } from "../../parts/trace.js";
import { view } from "../../view.js";
import { clockOf, dayOf, dayWords, known, language, likely, localOf, momentWords, number, say, signed, unitWord } from "../../words.js";

const LEVELS = "0.05,0.1,0.5,0.9,0.95";

/** Draw it. */
export async function drawView(home) {
  const place = view.place.place;
  const asked = { place, levels: LEVELS };
  const [forecast, peaks] = await Promise.all([get("/v1/forecast", asked), get("/v1/peaks", { place }).catch(() => ({ items: [] }))]);
  const found = forecast.places?.[0];
  tracePage(forecast.meta);
  if (!found?.times?.length) {
    fill(home, empty("forecast.empty", { command: "busyness forecast …" }));
    return;
  }
  const why = h("div", { class: "why", "aria-live": "polite" }, h("p", { class: "hint" }, say(daily() ? "why.hint.days" : "why.hint")));
  const heat = say(daily() ? "week.heat.days" : "week.heat");
  const unit = say("per.slot", { unit: unitWord(forecast.meta.noun), every: everyWords() });
  fill(home, h("p", { class: "lead" }, say("week.lead", { place: found.name ?? place, expected: number(sum(found)), unit: unitWord(forecast.meta.noun), first: dayWords(found.times[0]), last: dayWords(found.times.at(-1)) })),
    h("div", { class: "columns" },
      card(heat, { hint: unit }, heatMap({ caption: heat, cells: cellsOf(found), take: (cell) => explain(why, place, cell) })),
      h("div", { class: "column" }, card(say("why"), {}, why), peaksCard(peaks.items, place, found.timezone))),
    card(say("week.forecast"), { wide: true, aside: csvLink("/v1/forecast", asked, say("week.forecast")) }, chartOf(found, unit)));
}

const daily = () => (view.world.slot_minutes ?? 60) >= 1440;

const everyWords = () => {
  const minutes = view.world.slot_minutes ?? 60;
  return minutes === 60 ? say("every.hour") : daily() ? say("every.day") : `${minutes}\u00a0min`;
};

const sum = (found) => found.mean.reduce((total, value) => total + (value ?? 0), 0);

function quantile(found, ...levels) {
  for (const level of levels) if (found.quantiles?.[level]) return found.quantiles[level];
  return null;
}

/** Cells of the first seven days; slots shorter than an hour are added up to hours (means add, bands do not). */
function cellsOf(found) {
  const days = [...new Set(found.times.map(dayOf))].slice(0, 7);
  const [low, high] = [quantile(found, "0.1"), quantile(found, "0.9")];
  const cells = new Map();
  found.times.forEach((time, n) => {
    if (!days.includes(dayOf(time))) return;
    const key = time.slice(0, 13);
    const open = found.open?.[n] ?? true;
    const cell = cells.get(key) ?? { time: `${key}:00${time.slice(16)}`, asked: time, value: 0, closed: true, slots: 0 };
    cell.value += open ? (found.override?.[n] ?? found.mean[n] ?? 0) : 0;
    cell.closed &&= !open;
    cell.byHand ||= open && Number.isFinite(found.override?.[n]);
    cell.slots += 1;
    if (cell.slots === 1) Object.assign(cell, { low: low?.[n], high: high?.[n] }); else { delete cell.low; delete cell.high; }
    cells.set(key, cell);
  });
  return [...cells.values()];
}

function chartOf(found, unit) {
  const whileOpen = (values) => values.map((value, n) => (found.open?.[n] === false ? null : value));
  const bands = [];
  const pairs = [["0.05", "0.95", "wide", "band90"], ["0.1", "0.9", "band", "band80"]];
  for (const [low, high, kind, label] of pairs) {
    if (quantile(found, low) && quantile(found, high)) bands.push({ label: say(label), low: whileOpen(quantile(found, low)), high: whileOpen(quantile(found, high)), kind });
  }
  const lines = [{ label: say("expected"), values: whileOpen(quantile(found, "0.5") ?? found.mean), kind: "line" }];
  if (found.override?.some((value) => Number.isFinite(value))) lines.push({ label: say("override"), values: found.override, kind: "dashed" });
  return lineBand({ title: say("week.forecast"), times: found.times, lines, bands, unit });
}

function peaksCard(items, place, zone) {
  const start = (row) => (row.local_time ?? localOf(row.time, zone));
  return card(say("week.peaks"), { aside: csvLink("/v1/peaks", { place }, say("week.peaks")) }, items.length ? table({
    caption: say("week.peaks"), quiet: true, first: 8, rows: items.filter((row) => (row.rank ?? 1) === 1), columns: [
      { label: say("day"), keep: true, show: (row) => dayWords(row.date ?? start(row)) },
      ...(daily() ? [] : [{ label: say("hour"), show: (row) => clockOf(start(row)) }]),
      { label: say("likely"), number: true, show: (row) => likely(row.probability) },
      { label: say("size"), number: true, show: (row) => number(row.size_q50) },
    ],
  }) : empty("peaks.empty"));
}

async function explain(home, place, cell) {
  fill(home, h("p", { class: "waiting" }, say("waiting")));
  try {
    const answer = await get("/v1/explanation", { place, time: cell.asked, lang: language });
    const families = (answer.families ?? []).filter((family) => Math.abs(family.contribution) >= 0.005);
    const most = Math.max(...families.map((family) => Math.abs(family.contribution)), 1e-9);
    fill(home, h("p", {}, h("strong", {}, momentWords(cell.time)), ` · ${say("expected")} ${number(answer.forecast ?? cell.value)}`),
      answer.words ? h("p", {}, answer.words) : null,
      h("ul", { class: "shares" }, families.map((family) => h("li", {}, h("span", {}, family.words || known("family", family.family)),
        h("span", { class: "bar-space", "aria-hidden": "true" }, h("span", { class: family.contribution < 0 ? "share down" : "share", styles: { width: `${(100 * Math.abs(family.contribution)) / most}%` } })),
        h("span", { class: "number" }, signed(family.contribution))))),);
  } catch (error) {
    fill(home, failureNote(error));
  }
}
