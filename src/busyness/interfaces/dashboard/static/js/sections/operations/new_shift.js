// A shift that was not planned.

import { h } from "../../elements.js";
import { dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { dayWords, known, say } from "../../words.js";

const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** Ask for it and add it to the roster. */
export function askNewShift(roster, day, added) {
  const box = dialog(say("roster.add"), h("p", {}, dayWords(day, { long: true })), form({ class: "form" }, async ({ person, role, start, end }) => {
    const begin = minutes(start);
    const finish = minutes(end) > begin ? minutes(end) : minutes(end) + 1440;
    roster.add({ person, role, day, begin, finish });
    box.close();
    added();
  },
    field(say("person"), { name: "person", value: roster.people[0]?.person, options: roster.people.map((one) => [one.person, one.name]) }),
    roster.roles.length ? field(say("role"), { name: "role", value: roster.roles[0], options: roster.roles.map((role) => [role, known("task", role)]) }) : null,
    field(say("start"), { name: "start", type: "time", value: "10:00", step: 900, required: true }),
    field(say("end"), { name: "end", type: "time", value: "14:00", step: 900, required: true }),
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, say("roster.add")), h("button", { type: "button", onclick: () => box.close() }, say("cancel")))));
}
