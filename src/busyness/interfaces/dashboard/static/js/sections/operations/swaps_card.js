// Swaps that wait for a manager.

import { send } from "../../api.js";
import { h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { empty } from "../../parts/empty.js";
import { tell, tellFailure } from "../../parts/said.js";
import { known, localOf, momentWords, say } from "../../words.js";

const OPEN = new Set(["asked", "accepted"]);

/** The swaps, each to approve or decline. */
export function swapsCard(swaps, people, zone) {
  const waiting = swaps.filter((swap) => OPEN.has(swap.status));
  const named = (person) => people.find((one) => one.person === person)?.name ?? person;
  return card(say("swaps.title"), {}, waiting.length ? h("ul", { class: "proposals" }, waiting.map((swap) => item(swap, named, zone))) : empty("swaps.none"));
}

function item(swap, named, zone) {
  const who = named(swap.person);
  const other = named(swap.colleague);
  const text = other ? say("swaps.with", { who, other }) : say("swaps.give", { who });
  const row = h("li", { class: "proposal" }, h("div", {}, h("p", {}, h("strong", {}, text)),
    h("p", { class: "muted" }, [momentWords(localOf(swap.start, zone)), known("swap", swap.status)].filter(Boolean).join(" · ")), swap.message ? h("p", { class: "hint" }, swap.message) : null),
  swap.status !== "accepted" ? null : h("div", { class: "buttons" }, h("button", { type: "button", class: "primary", onclick: () => answer("approve"), "aria-label": say("swaps.approve.named", { what: text }) }, say("swaps.approve")),
    h("button", { type: "button", onclick: () => answer("decline"), "aria-label": say("swaps.decline.named", { what: text }) }, say("swaps.decline"))));
  return row;

  async function answer(what) {
    row.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    try {
      await send("POST", `/v1/swaps/${encodeURIComponent(swap.id)}`, { answer: what });
      row.querySelector(".buttons").replaceWith(h("span", { class: "chip" }, say(`swaps.${what}.done`)));
      tell(say(`swaps.${what}.done`));
    } catch (error) {
      tellFailure(error);
      row.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    }
  }
}
