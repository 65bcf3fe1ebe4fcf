// Where the numbers come from: a quiet line with the way to the model's card.

import { fill, h } from "../elements.js";
import { link } from "../view.js";
import { localOf, momentWords, say } from "../words.js";

/** The line for these facts of an answer. */
export function trace(meta) {
  if (!meta?.release && !meta?.model_version) return null;
  const made = localOf(meta.made_at, meta.timezone);
  const version = meta.model_version ?? "–";
  return h("span", { class: "trace" }, `${say("trace.model")} `,
    h("a", { href: link("/models", { card: meta.release ?? "" }) }, version),
    ` · ${say("trace.release", { release: meta.release ?? "–" })}`, made ? ` · ${say("trace.made", { when: momentWords(made) })}` : "",
    meta.challenger ? ` · ${say("trace.trial", { version: meta.challenger_version ?? "–", release: meta.challenger })}` : "");
}

/** Put the line into the foot of the page. */
export function tracePage(meta) {
  fill(document.getElementById("trace"), trace(meta));
}
