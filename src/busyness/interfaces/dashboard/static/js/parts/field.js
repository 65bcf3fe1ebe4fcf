// Fields of a form: a label always, a hint where one helps, the service's own words where a value was refused.

import { freshId, h } from "../elements.js";

/**
 * A labelled field.
 * @param {string} label
 * @param {{name: string, type?: string, value?: any, options?: Array<[string, string]>, hint?: string, required?: boolean, rows?: number}} of
 */
export function field(label, { name, type = "text", value = "", options = null, hint = null, rows = null, ...rest }) {
  const id = freshId(name);
  const hintId = hint ? `${id}-hint` : null;
  const attributes = { id, name, "aria-describedby": hintId, ...rest };
  const control = options
    ? h("select", attributes, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)))
    : rows ? h("textarea", { ...attributes, rows, value }) : h("input", { ...attributes, type, value });
  return h("div", { class: "field" }, h("label", { for: id }, label), control, hint ? h("p", { id: hintId, class: "hint" }, hint) : null);
}

/** What a form holds, by name. */
export const held = (form) => Object.fromEntries(new FormData(form).entries());

/** A form whose button waits for what it starts, so that a second tap does nothing. */
export function form(attributes, submit, ...children) {
  const made = h("form", {
    ...attributes,
    onsubmit: async (event) => {
      event.preventDefault();
      const buttons = [...made.querySelectorAll("button[type=submit]")];
      buttons.forEach((button) => { button.disabled = true; });
      try { await submit(held(made), made); } finally { buttons.forEach((button) => { button.disabled = false; }); }
    },
  }, ...children);
  return made;
}
