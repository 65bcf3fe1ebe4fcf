// What a person knows better than the model: kept beside it, with a reason, and scored once the day has come.

import { get, send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvButton } from "../../parts/csv_button.js";
import { confirmed } from "../../parts/dialog.js";
import { empty } from "../../parts/empty.js";
import { failureNote } from "../../parts/failure.js";
import { field, form } from "../../parts/field.js";
import { tell } from "../../parts/said.js";
import { table } from "../../parts/table.js";
import { tiles } from "../../parts/tiles.js";
import { tracePage } from "../../parts/trace.js";
import { may, view } from "../../view.js";
import { instantOf, known, localOf, momentWords, number, percent, say } from "../../words.js";

/** Draw it. */
export async function drawView(home) {
  const place = view.place.place;
  const [kept, scores] = await Promise.all([get("/v1/overrides", { place }), get("/v1/overrides/scores")]);
  tracePage(kept.meta ?? view.world);
  fill(home, may("overrides:write") ? entry(() => drawView(home)) : null, keptCard(kept.items, () => drawView(home)), scoresCard(scores));
}

function entry(again) {
  const failed = h("div", {});
  const day = localOf(view.world.clock ?? view.world.origin, view.place.timezone).slice(0, 10);
  const submit = async ({ day: chosen, from, until, kind, amount, reason }) => {
    const value = Number(amount.replace(",", "."));
    const body = { place: view.place.place, start: instantOf(`${chosen}T${from}`, view.place.timezone), end: instantOf(`${chosen}T${until}`, view.place.timezone), reason: reason.trim(), [kind]: kind === "factor" ? 1 + value / 100 : value };
    try {
      await send("POST", "/v1/overrides", body);
      tell(say("override.saved"));
      await again();
    } catch (error) {
      fill(failed, failureNote(error));
    }
  };
  return card(say("override.new"), { hint: say("override.hint", { place: view.place.name ?? view.place.place }) }, form({ class: "form grid" }, submit,
    field(say("day"), { name: "day", type: "date", value: day, required: true }),
    field(say("from"), { name: "from", type: "time", value: "10:00", step: 900, required: true }),
    field(say("until"), { name: "until", type: "time", value: "14:00", step: 900, required: true }),
    field(say("override.kind"), { name: "kind", value: "factor", options: [["factor", say("override.factor")], ["value", say("override.value")]] }),
    field(say("override.amount"), { name: "amount", inputmode: "decimal", required: true, pattern: "-?[0-9]+([.,][0-9]+)?", hint: say("override.amount.hint") }),
    h("div", { class: "wide-field" }, field(say("reason"), { name: "reason", required: true, rows: 2, maxlength: 500 })),
    h("div", { class: "wide-field" }, failed, h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("override.save"))))));
}

const span = (row) => `${momentWords(localOf(row.start, view.place.timezone))} – ${localOf(row.end, view.place.timezone).slice(11)}`;
const amount = (row) => (Number.isFinite(row.factor) ? percent(row.factor - 1).replace(/^(?=\d)/, "+") : number(row.value));

function keptCard(items, again) {
  return card(say("override.kept"), { wide: true, aside: items.length ? csvButton(items, say("override.kept")) : null }, items.length ? table({
    caption: say("override.kept"), quiet: true, stack: true, rows: items, columns: [
      { label: say("when"), show: span },
      { label: say("override.amount"), number: true, show: amount },
      { label: say("reason"), show: (row) => row.reason },
      { label: say("override.model"), number: true, show: (row) => number(row.model_mean) },
      { label: say("override.right"), show: (row) => (row.right ? h("span", { class: "chip" }, known("right", row.right)) : "–") },
      { label: say("by"), show: (row) => (row.by === view.me.id ? say("you") : row.by) },
      { label: say("act"), bare: true, show: (row) => (row.withdrawn_at ? h("span", { class: "chip" }, say("override.withdrawn")) : may("overrides:write") ? h("button", {
        type: "button", "aria-label": say("override.withdraw.named", { when: span(row) }), onclick: () => confirmed({
          title: say("override.withdraw"), text: say("override.withdraw.text", { when: span(row) }), go: say("override.withdraw"),
          act: async () => { await send("DELETE", `/v1/overrides/${encodeURIComponent(row.id)}`); tell(say("override.gone")); await again(); },
        }),
      }, say("override.withdraw")) : "") },
    ],
  }) : empty("override.empty"));
}

function scoresCard(scores) {
  const judged = scores.person + scores.model + scores.even;
  const off = (error) => number(error / Math.max(scores.slots, 1), 1);
  return card(say("override.scores"), {}, judged ? tiles([
    { label: say("right.person"), value: number(scores.person), note: say("override.off", { off: off(scores.person_error) }) },
    { label: say("right.model"), value: number(scores.model), note: say("override.off", { off: off(scores.model_error) }) },
    { label: say("right.even"), value: number(scores.even) },
  ]) : empty("override.scores.empty"));
}
