// Which world and which place the page is about.

import { get, inWorld } from "../api.js";
import { h, fill } from "../elements.js";
import { moved, part, remember, setPart, view } from "../view.js";
import { known, say } from "../words.js";
import { placePicker } from "./place_picker.js";

/**
 * Draw the switch of worlds and, where the section asks for one place, its picker; and say so where data are simulated.
 * @param {{world?: boolean, place?: boolean}} asks
 */
export async function drawWhere(asks) {
  const home = document.getElementById("where");
  document.getElementById("simulated").hidden = !(asks.world === false ? view.worlds : [view.world]).some((world) => world?.simulated);
  let failed = null;
  if (asks.place && view.world) await findPlace().catch((error) => { failed = error; });
  const parts = [];
  if (asks.world !== false && view.worlds.length > 1) parts.push(worldSwitch(home, asks));
  if (asks.place && view.world && !failed) parts.push(placePicker(view.place, (place) => {
    view.place = place;
    setPart({ place: place.place });
    moved();
  }));
  fill(home, parts);
  if (failed) throw failed; // the switch of worlds is there: another one may well answer
}

function worldSwitch(home, asks) {
  const change = async (event) => {
    view.world = view.worlds.find((world) => world.name === event.target.value);
    view.place = null;
    inWorld(view.world.name);
    remember("world", view.world.name);
    setPart({ world: view.world.name, place: null });
    try {
      await drawWhere(asks);
    } catch {
      location.reload(); // the page says what is wrong, as at its start
      return;
    }
    home.querySelector("select")?.focus();
    moved();
  };
  return h("label", { class: "world" }, h("span", { class: "unseen" }, say("world")),
    h("select", { onchange: change },
      view.worlds.map((world) => h("option", { value: world.name, selected: world === view.world }, named(world)))));
}

const named = (world) => known("world", world.name, world.title ?? world.name) + (world.ready === false ? ` ${say("world.waiting")}` : "");

async function findPlace() {
  const wanted = part("place");
  if (wanted) view.place = await get(`/v1/places/${encodeURIComponent(wanted)}`).then((answer) => answer.item).catch(() => null);
  if (!view.place?.place) view.place = (await get("/v1/places", { limit: 1 })).items[0] ?? null;
}
