// A search for one place among ten or ten thousand: what is typed is asked of the service, never filtered here.

import { get } from "../api.js";
import { fill, freshId, h } from "../elements.js";
import { say } from "../words.js";

const SHOWN = 20;
const PAUSE = 180;

/**
 * A combobox (ARIA 1.2): type, move with the arrows, take with Enter.
 * @param {{place: string, name: string}|null} chosen
 * @param {(place: Object) => void} take
 * @returns {HTMLElement}
 */
export function placePicker(chosen, take) {
  const listId = freshId("places");
  let found = [];
  let at = -1;
  let waiting = 0;
  let asked = 0;
  const list = h("ul", { id: listId, role: "listbox", class: "options", hidden: true, "aria-label": say("place.found") });
  const told = h("span", { class: "unseen", role: "status", "aria-live": "polite" });
  const input = h("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-autocomplete": "list",
    "aria-controls": listId, "aria-label": say("place.choose"), placeholder: say("place.search"), value: chosen?.name ?? chosen?.place ?? "",
    onfocus: () => { input.select(); search(""); },
    oninput: () => { clearTimeout(waiting); waiting = setTimeout(() => search(input.value.trim()), PAUSE); },
    onkeydown: pressed,
    onblur: () => setTimeout(close, 150),
  });

  async function search(text) {
    asked += 1;
    const mine = asked;
    const answer = await get("/v1/places", { search: text, limit: SHOWN }).catch(() => ({ items: [] }));
    if (mine !== asked || document.activeElement !== input) return;
    found = answer.items;
    at = -1;
    show(Boolean(answer.next));
  }

  function show(more) {
    const options = found.map((place, n) => h("li", {
      id: `${listId}-${n}`, role: "option", "aria-selected": "false",
      onpointerdown: (event) => { event.preventDefault(); choose(place); },
    }, place.name ?? place.place, place.parent ? h("span", { class: "muted" }, ` ${place.parent}`) : null));
    if (more || !found.length) options.push(h("li", { class: "muted", role: "presentation" }, say(found.length ? "place.more" : "place.none")));
    fill(list, options);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
    told.textContent = say("place.count", { count: found.length });
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = chosen?.name ?? chosen?.place ?? "";
  }

  function choose(place) {
    chosen = place;
    close();
    input.blur();
    take(place);
  }

  function pressed(event) {
    const open = !list.hidden;
    if (event.key === "Escape") { close(); return; }
    if (event.key === "Enter" && open && found.length) { event.preventDefault(); choose(found[Math.max(at, 0)]); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (!open) { search(""); return; }
    at = Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), found.length - 1);
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `${listId}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  return h("div", { class: "picker" }, input, list, told);
}
