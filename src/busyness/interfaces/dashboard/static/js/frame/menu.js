// The menu of sections; on a phone it opens under the top bar.

import { h, fill } from "../elements.js";
import { link } from "../view.js";
import { say } from "../words.js";

const button = document.getElementById("menu");

/** Draw the sections this person may see, each in the world that is looked at. */
export function drawMenu(sections, current) {
  const list = document.getElementById("sections");
  const paths = JSON.parse(list.dataset.paths);
  fill(list, paths.filter(([name]) => sections.includes(name)).map(([name, path]) =>
    h("li", {}, h("a", { href: link(path), "aria-current": name === current ? "page" : null }, say(`section.${name}`)))));
}

/** Let the button open and close it, and Escape close it. */
export function listenToMenu() {
  button.addEventListener("click", () => open(!isOpen()));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    open(false);
    button.focus();
  });
}

const isOpen = () => button.getAttribute("aria-expanded") === "true";

function open(yes) {
  button.setAttribute("aria-expanded", String(yes));
  document.body.classList.toggle("menu-open", yes);
}
