// Admin: people, keys, what was done, and one person's data.

import { fill, h } from "../elements.js";
import { failureNote } from "../parts/failure.js";
import { viewLinks } from "../parts/views.js";
import { may, part } from "../view.js";

const VIEWS = { users: "users:read", keys: "keys:read", audit: "audit:read", privacy: "privacy:read" };

export const asks = { world: false };

/** Draw the view that the address names. */
export async function draw(home) {
  const names = Object.keys(VIEWS).filter((name) => may(VIEWS[name]));
  const name = names.includes(part("view")) ? part("view") : names[0];
  const body = h("div", { class: "section" });
  fill(home, viewLinks("admin", names, name), body);
  try {
    const { drawView } = await import(`./admin/${name}.js`);
    await drawView(body);
  } catch (error) {
    fill(body, failureNote(error, () => draw(home)));
  }
}
