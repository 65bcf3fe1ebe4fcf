// A job that takes a while: how far it is, a way to stop it, and what came of it.

import { followed, send } from "../api.js";
import { fill, h } from "../elements.js";
import { percent, say } from "../words.js";

/** Follow a job inside an element; resolves with its result. */
export async function showProgress(home, job, label) {
  const bar = h("progress", { max: 1, "aria-label": label });
  const text = h("span", { role: "status", "aria-live": "polite" }, say("job.queued"));
  const stop = h("button", { type: "button", onclick: () => send("DELETE", `/v1/jobs/${encodeURIComponent(job.job)}`).catch(() => null) }, say("job.stop"));
  fill(home, h("div", { class: "progress" }, h("strong", {}, label), bar, text, stop));
  let told = "";
  const result = await followed(job, (now) => {
    if (Number.isFinite(now.progress)) bar.value = now.progress;
    const words = now.state === "queued" ? say("job.queued") : Number.isFinite(now.progress) ? say("job.running", { share: percent(now.progress) }) : say("job.working");
    if (words !== told) text.textContent = told = words;
  });
  fill(home);
  return result;
}
