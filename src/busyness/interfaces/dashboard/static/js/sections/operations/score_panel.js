// What the roster as shown would cost, and which rules and wishes it breaks; asked anew after each change.

import { send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { failureNote } from "../../parts/failure.js";
import { money, say, signed } from "../../words.js";

const PAUSE = 350;

/** The panel; `ask` scores what the roster holds now, `broke` hears which of its shifts break a rule. */
export function scorePanel(roster, place, broke) {
  const home = h("div", { class: "score", "aria-live": "polite", "aria-atomic": "true" }, h("p", { class: "waiting" }, say("waiting")));
  let waiting = 0;
  let asked = 0;

  function ask() {
    clearTimeout(waiting);
    waiting = setTimeout(score, PAUSE);
  }

  async function score() {
    asked += 1;
    const mine = asked;
    try {
      const answer = await send("POST", "/v1/staffing/score", { place, week: roster.week, shifts: roster.rows() });
      if (mine === asked) paint(answer);
    } catch (error) {
      if (mine === asked) fill(home, failureNote(error, score));
    }
  }

  function paint(answer) {
    const broken = answer.broken ?? [];
    const wishes = answer.wishes ?? [];
    broke(new Set(broken.flatMap((rule) => rule.shifts ?? []).map((n) => roster.now[n]?.id)));
    const change = answer.change ?? 0;
    fill(home, h("p", { class: "figure" }, money(answer.cost, answer.currency)),
      h("p", { class: Math.abs(change) >= 0.005 ? "change" : "muted" }, Math.abs(change) < 0.005 ? say("score.same") : say(change > 0 ? "score.more" : "score.less", { money: money(Math.abs(change), answer.currency), signed: signed(change) })),
      broken.length ? h("div", { class: "note warn" }, h("p", {}, h("strong", {}, say("score.broken", { count: broken.length }))), listed(broken)) : h("p", {}, say("score.lawful")),
      wishes.length ? [h("p", {}, h("strong", {}, say("score.wishes", { count: wishes.length }))), listed(wishes, answer.currency)] : h("p", { class: "muted" }, say("score.granted")));
  }

  return { element: card(say("score.title"), { hint: say("score.hint") }, home), ask };
}

function listed(items, currency) {
  return h("ul", {}, items.map((item) => h("li", {}, `${item.text ?? [item.person, item.said].filter(Boolean).join(" ")}${Number.isFinite(item.price) ? ` (${money(item.price, currency)})` : ""}`)));
}
