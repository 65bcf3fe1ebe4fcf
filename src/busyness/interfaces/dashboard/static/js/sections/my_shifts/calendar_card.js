// A secret address for the phone's calendar.

import { send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { failureNote } from "../../parts/failure.js";
import { tell } from "../../parts/said.js";
import { say } from "../../words.js";

/** The card; the link is made when it is asked for, because an earlier one ends with it. */
export function calendarCard() {
  const home = h("div", { "aria-live": "polite" }, h("button", { type: "button", onclick: make }, say("calendar.make")));
  return card(say("calendar.title"), { hint: say("calendar.hint") }, home);

  async function make() {
    try {
      const { url } = await send("POST", "/v1/my/calendar-link");
      const input = h("input", { type: "text", readonly: true, value: url, "aria-label": say("calendar.link"), onfocus: () => input.select() });
      fill(home, h("div", { class: "row" }, input, h("button", { type: "button", onclick: async () => {
        input.select();
        await navigator.clipboard?.writeText(url).catch(() => null);
        tell(say("copied"));
      } }, say("copy")), h("a", { class: "button", href: url.replace(/^https?:/, "webcal:") }, say("calendar.open"))));
      input.focus();
    } catch (error) {
      fill(home, failureNote(error, make));
    }
  }
}
