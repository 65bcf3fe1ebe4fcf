// Operations: the week ahead, the week behind, what people know better, and who works.

import { h, fill } from "../elements.js";
import { empty } from "../parts/empty.js";
import { failureNote } from "../parts/failure.js";
import { viewLinks } from "../parts/views.js";
import { may, part, view } from "../view.js";

const VIEWS = { week: "forecast:read", past: "history:read", overrides: "overrides:read", roster: "staffing:read" };

export const asks = { place: true };

/** Draw the view that the address names. */
export async function draw(home) {
  const names = Object.keys(VIEWS).filter((name) => may(VIEWS[name]) || may(VIEWS[name].replace("read", "write")));
  const name = names.includes(part("view")) ? part("view") : names[0];
  if (!view.place) {
    fill(home, empty("places.empty", { command: "busyness places …" }));
    return;
  }
  const body = h("div", { class: "section" });
  fill(home, viewLinks("operations", names, name), body);
  try {
    const { drawView } = await import(`./operations/${name}.js`);
    await drawView(body);
  } catch (error) {
    fill(body, failureNote(error, () => draw(home)));
  }
}
