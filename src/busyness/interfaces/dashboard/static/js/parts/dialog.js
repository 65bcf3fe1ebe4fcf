// Questions that need an answer before anything happens.

import { freshId, h } from "../elements.js";
import { field, form } from "./field.js";
import { say } from "../words.js";
import { failureNote } from "./failure.js";

/** Show a dialog with these contents; it gives the focus back when it closes. @returns {HTMLDialogElement} */
export function dialog(title, ...children) {
  const id = freshId("dialog");
  const before = document.activeElement;
  const box = h("dialog", { "aria-labelledby": id, onclose: () => { box.remove(); before?.focus?.(); } }, h("h2", { id }, title), children);
  document.body.append(box);
  box.showModal();
  return box;
}

/**
 * Ask for a confirmation with a reason; `act` does it and may fail, which is said inside the dialog.
 * @param {{title: string, text: string, go: string, reason?: string, typed?: string, act: (why: string) => Promise}} of
 */
export function confirmed({ title, text, go, reason = null, typed = null, act }) {
  const failed = h("div", { role: "alert" });
  const box = dialog(title, h("p", {}, text), form({ class: "form" }, async ({ why = "" }) => {
    failed.replaceChildren();
    try {
      await act(why.trim());
      box.close();
    } catch (error) {
      failed.replaceChildren(failureNote(error));
    }
  },
    reason ? field(reason, { name: "why", required: true, rows: 2 }) : null,
    typed ? field(say("confirm.type", { text: typed }), { name: "typed", required: true, pattern: typed.replace(/[^\w]/g, "."), autocomplete: "off" }) : null,
    failed,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, go),
      h("button", { type: "button", onclick: () => box.close() }, say("cancel")))));
  return box;
}
