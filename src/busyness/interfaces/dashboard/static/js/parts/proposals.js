// Proposals of the hour: each is accepted or refused with a tap.

import { send } from "../api.js";
import { h } from "../elements.js";
import { may } from "../view.js";
import { clockOf, has, known, localOf, money, say } from "../words.js";
import { empty } from "./empty.js";
import { tell, tellFailure } from "./said.js";

/** A list of proposals with their buttons. */
export function proposalCards(proposals, meta, places) {
  if (!proposals.length) return empty("today.proposals.none");
  const list = h("ul", { class: "proposals" });
  list.append(...proposals.map((proposal) => item(proposal, meta, places)));
  return list;
}

/** What is proposed: the service's own sentence, else one made of its kind and what it holds. */
function textOf({ kind, content = {} }, places) {
  if (content.text) return content.text;
  const named = (id) => places.find((place) => place.place === id)?.name ?? id;
  const given = { ...content, from: named(content.from), to: named(content.to) };
  if (has(`proposal.${kind}`)) return say(`proposal.${kind}`, given);
  return [kind, ...Object.entries(content).filter(([, value]) => typeof value !== "object").map(([key, value]) => `${key} ${value}`)].join(" · ");
}

function item(proposal, meta, places) {
  const { id, content = {} } = proposal;
  const name = places.find((place) => place.place === proposal.place)?.name ?? proposal.place ?? "";
  const text = textOf(proposal, places);
  const until = proposal.ends_at ? say("today.until", { time: clockOf(localOf(proposal.ends_at, meta.timezone)) }) : "";
  const row = h("li", { class: "proposal" },
    h("div", {}, h("p", {}, h("strong", {}, text)),
      h("p", { class: "muted" }, [name, until, Number.isFinite(content.gain) ? say("today.gain", { money: money(content.gain, content.currency) }) : ""].filter(Boolean).join(" · ")),
      content.reason ? h("p", { class: "hint" }, content.reason) : null),
    proposal.status === "offered" ? buttons() : h("span", { class: "chip" }, known("proposal", proposal.status)));
  return row;

  function buttons() {
    if (!may("intraday:write")) return null;
    return h("div", { class: "buttons" },
      h("button", { type: "button", class: "primary", onclick: () => answer("accept"), "aria-label": say("accept.named", { what: `${text}, ${name}` }) }, say("accept")),
      h("button", { type: "button", onclick: () => answer("refuse"), "aria-label": say("refuse.named", { what: `${text}, ${name}` }) }, say("refuse")));
  }

  async function answer(what) {
    row.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    try {
      await send("POST", `/v1/intraday/${encodeURIComponent(id)}`, { answer: what });
      row.querySelector(".buttons").replaceWith(h("span", { class: "chip", tabindex: "-1" }, say(`proposal.${what === "accept" ? "accepted" : "refused"}`)));
      row.querySelector(".chip")?.focus();
      tell(say(`proposal.${what}.done`, { what: text }));
    } catch (error) {
      tellFailure(error);
      row.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    }
  }
}
