// Last week's forecast against what came.

import { get } from "../../api.js";
import { lineBand } from "../../charts/line_band.js";
import { fill } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvLink } from "../../parts/csv_link.js";
import { empty } from "../../parts/empty.js";
import { table } from "../../parts/table.js";
import { tiles } from "../../parts/tiles.js";
import { tracePage } from "../../parts/trace.js";
import { view } from "../../view.js";
import { dayOf, dayWords, number, percent, say, signed, unitWord } from "../../words.js";

const WEEK = 7 * 86400000;

/** Draw it. */
export async function drawView(home) {
  const place = view.place.place;
  const end = view.world.origin;
  const asked = { place, start: new Date(Date.parse(end) - WEEK).toISOString(), end };
  const answer = await get("/v1/history", asked);
  const found = answer.places?.[0];
  tracePage(answer.meta);
  if (!found?.times?.length) {
    fill(home, empty("past.empty"));
    return;
  }
  const days = byDay(found);
  const total = days.reduce((sum, day) => ({ came: sum.came + day.came, said: sum.said + day.said, off: sum.off + day.off, slots: sum.slots + day.slots }), { came: 0, said: 0, off: 0, slots: 0 });
  const judged = total.slots > 0;
  fill(home, judged ? tiles([
    { label: say("past.came"), value: number(total.came), note: unitWord(answer.meta.noun) },
    { label: say("past.said"), value: number(total.said), note: signed(total.said - total.came) },
    { label: say("past.off"), value: number(total.off / total.slots, 1), note: say("past.off.note", { share: percent(total.off / Math.max(total.came, 1e-9)) }) },
  ]) : null,
  card(say("past.title"), { wide: true, aside: csvLink("/v1/history", asked, say("past.title")) }, lineBand({
    title: say("past.title"), times: found.times, unit: unitWord(answer.meta.noun),
    lines: [{ label: say("past.said"), values: found.forecast ?? [], kind: "line" }, { label: say("past.came"), values: found.demand, kind: "dots" }],
    bands: found.low?.some((value) => Number.isFinite(value)) ? [{ label: say("band80"), low: found.low, high: found.high, kind: "wide" }] : [],
  })),
  card(say("past.days"), {}, table({
    caption: say("past.days"), quiet: true, rows: days, columns: [
      { label: say("day"), keep: true, show: (row) => dayWords(row.day) },
      { label: say("past.came"), number: true, show: (row) => number(row.came) },
      { label: say("past.said"), number: true, show: (row) => (row.slots ? number(row.said) : "–") },
      { label: say("past.off"), number: true, show: (row) => (row.slots ? number(row.off / row.slots, 1) : "–") },
    ],
  })));
}

function byDay(found) {
  const days = new Map();
  found.times.forEach((time, n) => {
    const day = days.get(dayOf(time)) ?? { day: dayOf(time), came: 0, said: 0, off: 0, slots: 0 };
    const [came, told] = [found.demand[n], found.forecast?.[n]];
    if (Number.isFinite(came)) {
      day.came += came;
      if (Number.isFinite(told)) Object.assign(day, { said: day.said + told, off: day.off + Math.abs(told - came), slots: day.slots + 1 });
    }
    days.set(day.day, day);
  });
  return [...days.values()];
}
