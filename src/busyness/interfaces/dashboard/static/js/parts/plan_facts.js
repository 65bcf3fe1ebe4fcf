// What a plan as a whole says of itself: its cost, how far from the best it can be, and its notes.

import { h } from "../elements.js";
import { known, money, number, percent, say } from "../words.js";
import { card } from "./card.js";
import { tiles } from "./tiles.js";

/** Figures of a plan; `more` come first. Whoever sees some places only is not told what the whole costs. */
export function planTiles(plan, more = []) {
  if (plan.cost === undefined) return more.length ? tiles(more) : null;
  const sure = plan.gap <= 1e-9;
  return tiles([...more,
    { label: say(plan.cost < 0 ? "plan.gain" : "plan.cost"), value: money(Math.abs(plan.cost), plan.currency) },
    { label: say("plan.gap"), value: sure ? say("plan.best") : percent(plan.gap, plan.gap < 0.1 ? 1 : 0), note: say(sure ? "plan.best.note" : "plan.gap.note") }]);
}

/** What to know of it: the plan's own sentences and its versions, folded away where there are many. */
export function planNotes(plan) {
  const notes = plan.notes ?? [];
  const versions = Object.entries(plan.versions ?? {}).map(([name, version]) => `${known("version", name)} ${known("solver", version)}`).join(" · ");
  if (!notes.length && !versions) return null;
  const few = notes.slice(0, 4);
  const rest = notes.slice(4);
  return card(say("plan.notes"), { wide: true }, h("ul", { class: "notes" }, few.map((note) => h("li", {}, note))),
    rest.length ? h("details", {}, h("summary", {}, say("plan.notes.more", { count: rest.length })), h("ul", { class: "notes" }, rest.map((note) => h("li", {}, note)))) : null,
    versions ? h("p", { class: "trace" }, `${versions}${plan.seconds ? ` · ${say("plan.seconds", { seconds: number(plan.seconds, 1) })}` : ""}`) : null);
}
