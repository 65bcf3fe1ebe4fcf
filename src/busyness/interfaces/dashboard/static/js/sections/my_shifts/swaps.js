// Giving a shift away, and answering a colleague who asks.

import { send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { dialog } from "../../parts/dialog.js";
import { failureNote } from "../../parts/failure.js";
import { field, form } from "../../parts/field.js";
import { tell, tellFailure } from "../../parts/said.js";
import { view } from "../../view.js";
import { clockOf, known, momentWords, say } from "../../words.js";

const WAITING = ["asked", "accepted"];

/** The button of a shift that asks for a swap, or how far one is that was asked for. */
export function swapControl(shift, { swaps, colleagues, again }) {
  const asked = swaps.find((swap) => swap.person === view.me.person && Date.parse(swap.start) === Date.parse(shift.from) && WAITING.includes(swap.status));
  if (asked) return h("span", { class: "chip" }, known("swap", asked.status));
  return h("button", { type: "button", "aria-label": say("swap.ask.named", { when: momentWords(shift.start) }), onclick: () => askSwap(shift, colleagues, again) }, say("swap.ask"));
}

function askSwap(shift, colleagues, again) {
  const there = colleagues.filter((one) => one.world === shift.world && one.place === shift.place).map((one) => [one.person, one.name]);
  const failed = h("div", {});
  const box = dialog(say("swap.title"), h("p", {}, momentWords(shift.start)), form({ class: "form" }, async ({ colleague, message }) => {
    try {
      await send("POST", "/v1/my/swaps", { start: shift.from, end: shift.until, colleague: colleague || null, message: message.trim() }, { world: shift.world });
      box.close();
      tell(say("swap.done"));
      await again();
    } catch (error) {
      fill(failed, failureNote(error));
    }
  },
    field(say("swap.with"), { name: "colleague", options: [["", say("swap.with.anybody")], ...there], hint: say("swap.with.hint") }),
    field(say("swap.reason"), { name: "message", rows: 2, maxlength: 300 }), failed,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("swap.go")), h("button", { type: "button", onclick: () => box.close() }, say("cancel")))));
}

/** Swaps that wait: mine to take back, colleagues' to answer. Times are local already. */
export function mySwapsCard(swaps, { colleagues, again }) {
  const waiting = swaps.filter((swap) => WAITING.includes(swap.status));
  if (!waiting.length) return null;
  return card(say("swap.waiting"), {}, h("ul", { class: "proposals" }, waiting.map((swap) => item(swap, (person) => colleagues.find((one) => one.person === person)?.name ?? person, again))));
}

function item(swap, named, again) {
  const mine = swap.person === view.me.person;
  const when = `${momentWords(swap.start)}–${clockOf(swap.end)}`;
  const act = (answer) => h("button", { type: "button", class: answer === "accept" ? "primary" : null, "aria-label": `${say(`swap.${answer}`)}: ${when}`, onclick: async (event) => {
    event.target.disabled = true;
    await send("POST", `/v1/my/swaps/${swap.id}`, { answer }).then(() => { tell(say(`swap.${answer}.done`)); return again(); }).catch((error) => {
      event.target.disabled = false;
      tellFailure(error);
    });
  } }, say(`swap.${answer}`));
  const open = !mine && swap.status === "asked";
  return h("li", { class: "proposal" }, h("div", {}, h("p", {}, h("strong", {}, when)), h("p", { class: "muted" }, [mine ? say("swap.mine") : say("swap.theirs", { who: named(swap.person) }), swap.place, known("swap", swap.status)].join(" · ")), swap.message ? h("p", { class: "hint" }, swap.message) : null),
    h("div", { class: "buttons" }, mine ? act("withdraw") : open ? [act("accept"), swap.colleague ? act("refuse") : null] : null));
}
