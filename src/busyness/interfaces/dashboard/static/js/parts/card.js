// A titled part of a page.

import { freshId, h } from "../elements.js";

/**
 * A section with a heading; `aside` stands at the right of it (a link to a file, a button).
 * @returns {HTMLElement}
 */
export function card(title, { aside = null, wide = false, hint = null } = {}, ...children) {
  const id = freshId("card");
  return h("section", { class: wide ? "card wide" : "card", "aria-labelledby": id },
    h("div", { class: "card-head" }, h("h2", { id }, title), aside ? h("div", { class: "aside" }, aside) : null),
    hint ? h("p", { class: "hint" }, hint) : null, children);
}
