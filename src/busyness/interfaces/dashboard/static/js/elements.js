// Elements without markup in strings: nothing a person typed can become HTML, and no style attribute is ever written.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `on…` are listeners, `styles` are set through the object model, `true` is a bare attribute, and
 * `null`, `undefined` and `false` leave an attribute out.
 * @param {string} tag
 * @param {Object} [attributes]
 * @param {...(Node|string|number|Array|null)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for a drawing. @returns {SVGElement} */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** Replace what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let last = 0;

/** An id that no other element has. */
export function freshId(name) {
  last += 1;
  return `${name}-${last}`;
}

/** Text that only a screen reader says. */
export const unseen = (text) => h("span", { class: "unseen" }, text);

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "styles") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name === "value" && "value" in element) element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  fill(element, ...children.map((child) => (typeof child === "number" ? String(child) : child)));
  return element;
}
