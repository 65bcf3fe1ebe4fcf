// Data and model: is the data whole, is the model right, who answers, and who should.

import { get, send } from "../api.js";
import { lineBand } from "../charts/line_band.js";
import { fill, h } from "../elements.js";
import { card } from "../parts/card.js";
import { csvButton } from "../parts/csv_button.js";
import { csvLink } from "../parts/csv_link.js";
import { confirmed } from "../parts/dialog.js";
import { tell } from "../parts/said.js";
import { table } from "../parts/table.js";
import { tiles } from "../parts/tiles.js";
import { tracePage } from "../parts/trace.js";
import { may, part } from "../view.js";
import { dayWords, known, momentWords, number, percent, say } from "../words.js";
import { modelCard } from "./models/model_card.js";
import { checksCard, driftCard, findingsCard } from "./models/quality_cards.js";

export const asks = {};

/** Draw the page. */
export async function draw(home) {
  const [models, quality] = await Promise.all([get("/v1/models"), may("quality:read") ? get("/v1/quality") : null]);
  tracePage(models.meta);
  const refusal = quality?.refusal?.sentence ?? models.refused;
  fill(home, refusal ? h("div", { class: "note warn" }, h("p", {}, h("strong", {}, say("gate.refused"))), h("p", {}, refusal)) : null,
    models.trial ? trialNote(models.trial) : null,
    quality ? qualityTiles(quality) : null,
    quality?.by_day?.length ? accuracyCard(quality.by_day) : null,
    modelsCard(models, () => draw(home)),
    quality ? h("div", { class: "columns" }, checksCard(quality), driftCard(quality.drift ?? [])) : null,
    quality ? findingsCard(quality.findings ?? []) : null,
    await modelCard(part("card") || models.serving));
}

/** Whether a challenger is tried, until when, and why it does not answer, if it does not. */
function trialNote(trial) {
  const told = { release: trial.challenger, ends: trial.ends ? dayWords(trial.ends) : "", why: trial.refused ?? "" };
  return h("div", { class: trial.refused ? "note warn" : "note" }, h("p", {}, say(trial.refused ? "trial.refused" : trial.ends ? "trial.lot" : "trial.shadow", told)));
}

function qualityTiles(quality) {
  const [all] = quality.accuracy ?? [];
  const watched = (quality.drift ?? []).filter((row) => row.place && row.verdict !== "unknown");
  const drifted = watched.filter((row) => row.verdict === "drifted").length;
  return tiles([
    all ? { label: say("quality.error"), value: percent(all.wape, 1), note: Number.isFinite(all.naive_wape) ? say("quality.naive", { share: percent(all.naive_wape, 1) }) : null } : null,
    all ? { label: say("quality.coverage"), value: percent(all.coverage), note: say("quality.coverage.note"), warn: all.coverage < 0.7 } : null,
    all && Number.isFinite(all.bias) ? { label: say("quality.bias"), value: percent(all.bias, 1), note: say("quality.bias.note"), warn: Math.abs(all.bias) > 0.1 } : null,
    watched.length ? { label: say("quality.drift"), value: number(drifted), note: say("quality.drift.note", { count: watched.length }), warn: drifted > 0 } : null,
  ]);
}

function accuracyCard(rows) {
  const hundred = (key) => rows.map((row) => (Number.isFinite(row[key]) ? row[key] * 100 : null));
  const lines = [{ label: say("quality.ours"), values: hundred("wape"), kind: "line" }];
  if (rows.some((row) => Number.isFinite(row.naive_wape))) lines.push({ label: say("quality.lastweek"), values: hundred("naive_wape"), kind: "dashed" });
  return card(say("quality.over.time"), { wide: true, hint: say("quality.over.time.hint"), aside: csvLink("/v1/quality/accuracy", { by: "day" }, say("quality.over.time")) },
    lineBand({ title: say("quality.over.time"), times: rows.map((row) => row.date), lines, unit: "%", height: 200 }));
}

function standing(models, release) {
  if (release === models.champion?.release || (!models.champion && release === models.serving)) return "champion";
  if (release === models.challenger) return "challenger";
  return models.previous.some((one) => one.release === release) ? "previous" : "kept";
}

function modelsCard(models, again) {
  const writes = may("models:write") && models.champion;
  const tenures = [models.champion, ...models.previous].filter(Boolean);
  const rows = [...models.releases].reverse().map((release) => ({ release, role: standing(models, release), ...tenures.find((one) => one.release === release), serving: release === models.serving }));
  const act = (title, text, path, done) => confirmed({
    title, text, reason: say("reason"), go: title,
    act: async (why) => { await send("POST", path, { why, confirm: true }); tell(done); await again(); },
  });
  const back = writes && models.previous.length ? h("button", { type: "button", onclick: () => act(say("rollback"), say("rollback.text", { release: models.previous[0].release }), "/v1/models/rollback", say("rollback.done")) }, say("rollback")) : null;
  return card(say("models.title"), { wide: true, aside: [back, csvButton(rows, say("models.title"))] }, table({
    caption: say("models.title"), quiet: true, stack: true, first: 10, rows, columns: [
      { label: say("models.release"), show: (row) => h("a", { href: `?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(location.search)), card: row.release })}#card` }, row.release) },
      { label: say("models.role"), show: (row) => [h("span", { class: row.role === "champion" ? "chip main" : "chip" }, known("standing", row.role)), row.serving && row.role !== "champion" ? h("span", { class: "chip warn" }, say("models.serving")) : null] },
      { label: say("models.since"), show: (row) => (row.since ? momentWords(row.since) : "–") },
      { label: say("by"), show: (row) => row.by ?? "–" },
      { label: say("reason"), show: (row) => (row.why ? known("promoted", row.why) : "–") },
      ...(writes ? [{ label: say("act"), bare: true, show: (row) => (row.role === "champion" ? "" : h("button", {
        type: "button", "aria-label": say("promote.named", { release: row.release }),
        onclick: () => act(say("promote"), say("promote.text", { release: row.release }), `/v1/models/${encodeURIComponent(row.release)}/promote`, say("promote.done", { release: row.release })),
      }, say("promote"))) }] : []),
    ],
  }));
}
