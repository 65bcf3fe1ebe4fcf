// What went wrong, said as a sentence with what to do.

import { h } from "../elements.js";
import { say } from "../words.js";

/** A note for a failed call; `again`, where given, is offered as a button. */
export function failureNote(error, again) {
  return h("div", { class: "note warn", role: "alert" },
    h("p", {}, h("strong", {}, error.message ?? String(error))),
    error.hint ? h("p", {}, error.hint) : null,
    error.request ? h("p", { class: "muted" }, say("failed.request", { id: error.request })) : null,
    again ? h("button", { type: "button", onclick: again }, say("again")) : null);
}
