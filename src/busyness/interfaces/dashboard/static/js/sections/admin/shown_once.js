// A secret that is shown once and never again.

import { h } from "../../elements.js";
import { dialog } from "../../parts/dialog.js";
import { tell } from "../../parts/said.js";
import { say } from "../../words.js";

/** Show it, ready to copy. */
export function showOnce(title, secret, text) {
  const input = h("input", { type: "text", readonly: true, value: secret, "aria-label": title, class: "secret", onfocus: () => input.select() });
  const box = dialog(title, h("p", {}, text), h("div", { class: "row" }, input, h("button", { type: "button", onclick: async () => {
    input.select();
    await navigator.clipboard?.writeText(secret).catch(() => null);
    tell(say("copied"));
  } }, say("copy"))), h("div", { class: "buttons" }, h("button", { type: "button", class: "primary", onclick: () => box.close() }, say("keys.kept"))));
  input.focus();
}
