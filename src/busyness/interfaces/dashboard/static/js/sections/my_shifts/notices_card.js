// News for one person, until they have seen it.

import { send } from "../../api.js";
import { h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { tellFailure } from "../../parts/said.js";
import { dayWords, has, localOf, momentWords, say } from "../../words.js";

/** The notices that were not read, or nothing. */
export function noticesCard(items, again) {
  const fresh = items.filter((notice) => !notice.read_at);
  if (!fresh.length) return null;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return card(say("notices.title"), {}, h("ul", { class: "proposals" }, fresh.map((notice) => h("li", { class: "proposal" },
    h("div", {}, h("p", {}, textOf(notice)), h("p", { class: "muted" }, momentWords(localOf(notice.at, zone)))),
    h("button", { type: "button", "aria-label": say("notices.read.named", { what: textOf(notice) }), onclick: async (event) => {
      event.target.disabled = true;
      await send("POST", `/v1/my/notices/${encodeURIComponent(notice.id)}/read`).then(again, tellFailure);
    } }, say("notices.read"))))));
}

function textOf(notice) {
  const given = notice.details ?? {};
  const details = { ...given, week: given.week ? dayWords(given.week) : "", place: given.place ?? "" };
  return has(`notice.${notice.text}`) ? say(`notice.${notice.text}`, details) : notice.text;
}
