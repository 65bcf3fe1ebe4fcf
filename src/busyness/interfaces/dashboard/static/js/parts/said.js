// Short news in the page's live region: saved, refused, published.

import { fill, h } from "../elements.js";
import { say } from "../words.js";

/** Say something happened; a failure stays until it is closed, good news goes by itself. */
export function tell(text, { hint = "", warn = false } = {}) {
  const home = document.getElementById("alerts");
  const close = () => note.remove();
  const note = h("div", { class: warn ? "note warn" : "note" },
    h("p", {}, text, hint ? h("span", { class: "muted" }, ` ${hint}`) : null),
    h("button", { type: "button", class: "quiet", onclick: close, "aria-label": say("close") }, "×"));
  fill(home, note);
  if (!warn) setTimeout(close, 8000);
}

/** Say that a call failed. */
export const tellFailure = (error) => tell(error.message, { hint: error.hint, warn: true });
