// The views of one section: links in a row, of which one is current.

import { h } from "../elements.js";
import { link, view } from "../view.js";
import { say } from "../words.js";

/** Links to the views of a section; the current one is in sight on a narrow page. */
export function viewLinks(section, names, current) {
  const place = view.place ? { place: view.place.place } : {};
  const links = h("nav", { class: "views", "aria-label": say("views") }, h("ul", {}, names.map((name) =>
    h("li", {}, h("a", { href: link(location.pathname, { ...place, view: name }), "aria-current": name === current ? "page" : null }, say(`${section}.view.${name}`))))));
  requestAnimationFrame(() => links.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }));
  return links;
}
