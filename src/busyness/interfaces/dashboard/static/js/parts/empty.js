// Nothing there yet, and what to do about it.

import { h } from "../elements.js";
import { say } from "../words.js";

/** An empty state; `command` is what to type to fill it. */
export function empty(key, { command = null, ...values } = {}) {
  return h("div", { class: "empty" }, h("p", {}, say(key, values)), command ? h("p", {}, say("empty.command"), " ", h("code", {}, command)) : null);
}
