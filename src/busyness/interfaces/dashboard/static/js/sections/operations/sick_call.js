// Somebody is ill: who and when, then a new roster that changes as little as it can.

import { send } from "../../api.js";
import { fill, h } from "../../elements.js";
import { dialog } from "../../parts/dialog.js";
import { failureNote } from "../../parts/failure.js";
import { field, form } from "../../parts/field.js";
import { showProgress } from "../../parts/progress.js";
import { tell } from "../../parts/said.js";
import { dayWords, say } from "../../words.js";

/** Ask, then replan in the background; what comes back is shown as an unsaved draft. */
export function sickCall(roster, place, day, home, replanned) {
  const working = roster.on(day).map((shift) => shift.person);
  const people = [...roster.people].sort((a, b) => working.includes(b.person) - working.includes(a.person));
  const box = dialog(say("roster.sick"), h("p", {}, say("sick.text")), form({ class: "form" }, async ({ person, day: ill }) => {
    box.close();
    try {
      const job = await send("POST", "/v1/staffing/replan", { place, week: roster.week, sick: [{ person, day: ill }] });
      const result = await showProgress(home, job, say("sick.running"));
      roster.replace(result.shifts);
      replanned();
      tell(say("sick.done", { count: result.changes ?? 0 }));
    } catch (error) {
      fill(home, failureNote(error));
    }
  },
    field(say("person"), { name: "person", value: people[0]?.person, options: people.map((one) => [one.person, one.name]) }),
    field(say("day"), { name: "day", value: day, options: roster.days.map((one) => [one, dayWords(one, { long: true })]) }),
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("sick.go")), h("button", { type: "button", onclick: () => box.close() }, say("cancel")))));
}
