// The names of the places that a table speaks of.

import { get } from "../api.js";

const MOST = 1000;

/** A function from a place's id to its name; ids of which no name is known stay as they are. */
export async function placeNames() {
  const answer = await get("/v1/places", { limit: MOST }).catch(() => ({ items: [] }));
  const names = new Map(answer.items.map((place) => [place.place, place]));
  return { name: (id) => names.get(id)?.name ?? id, places: answer.items };
}
