// Fetching a plan and its tables; a world without one says how to make it.

import { get } from "../api.js";
import { fill } from "../elements.js";
import { empty } from "./empty.js";
import { view } from "../view.js";
import { tracePage } from "./trace.js";
import { language } from "../words.js";

/** The plan of this kind, or null after the empty state was drawn. */
export async function planOf(kind, home, parameters = {}) {
  if (!view.world?.plans?.includes(kind)) {
    tracePage(view.world);
    fill(home, empty(`${kind}.empty`, { command: `busyness plan ${kind} …` }));
    return null;
  }
  const answer = await get(`/v1/${kind}`, { limit: 1000, lang: language, ...parameters });
  tracePage(answer.meta);
  return answer;
}

/** The rows of one of its tables, none where there is no such table. */
export async function tableOf(kind, answer, name, parameters = {}) {
  if (!(answer.tables ?? []).includes(name)) return [];
  return (await get(`/v1/${kind}/${name}`, { limit: 1000, lang: language, ...parameters })).items;
}
