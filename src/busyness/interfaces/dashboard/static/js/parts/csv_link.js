// The way from a table to its file.

import { csvOf } from "../api.js";
import { h } from "../elements.js";
import { say } from "../words.js";

/** A link to the table as CSV; `what` names the table for those who hear the page. */
export function csvLink(path, parameters = {}, what = "") {
  return h("a", { class: "export", href: csvOf(path, parameters), download: "", "aria-label": what ? say("export.named", { what }) : null }, say("export"));
}
