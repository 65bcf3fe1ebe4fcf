// My shifts: what somebody needs on their phone at the bus stop.

import { get } from "../api.js";
import { fill, h } from "../elements.js";
import { card } from "../parts/card.js";
import { csvButton } from "../parts/csv_button.js";
import { empty } from "../parts/empty.js";
import { view } from "../view.js";
import { clockOf, dayWords, known, localOf, say } from "../words.js";
import { calendarCard } from "./my_shifts/calendar_card.js";
import { noticesCard } from "./my_shifts/notices_card.js";
import { mySwapsCard, swapControl } from "./my_shifts/swaps.js";

export const asks = { world: false };

/** Draw the page. */
export async function draw(home) {
  const nothing = { items: [] };
  const [mine, notices, swaps, colleagues] = await Promise.all([get("/v1/my/shifts"), ...[["/v1/my/notices", { unread: true }], ["/v1/my/swaps"], ["/v1/my/colleagues"]].map((asked) => get(...asked).catch(() => nothing))]);
  const again = () => draw(home);
  const swapping = { swaps: swaps.items, colleagues: colleagues.items, again };
  const ahead = mine.items.filter((shift) => Date.parse(shift.end) >= Date.parse(worldOf(shift)?.clock ?? new Date().toISOString())).map(local);
  const [next, ...later] = ahead.sort((a, b) => a.start.localeCompare(b.start));
  fill(home, noticesCard(notices.items, again),
    next ? [nextCard(next, swapping), card(say("shifts.later"), { aside: csvButton(mine.items, say("section.my_shifts")) }, later.length ? h("ul", { class: "shifts" }, later.map((shift) => row(shift, swapping))) : empty("shifts.no.more"))] : empty("shifts.none"),
    mySwapsCard(swaps.items.map(local), swapping), calendarCard());
}

const worldOf = (shift) => view.worlds.find((world) => world.name === shift.world);

/** A shift or swap with its times on the wall clock of its world; the instants stay beside them. */
function local(shift) {
  const zone = worldOf(shift)?.timezone;
  return { ...shift, from: shift.start, until: shift.end, start: localOf(shift.start, zone), end: localOf(shift.end, zone) };
}

const hours = (shift) => `${clockOf(shift.start)}–${clockOf(shift.end)}`;

function details({ place, place_name: name, detail = {} }) {
  return [name ?? place, detail.role ? known("task", detail.role) : "", detail.break ? say("shifts.break", { span: detail.break }) : ""].filter(Boolean).join(" · ");
}

function nextCard(shift, swapping) {
  return card(say("shifts.next"), {}, h("div", { class: "next-shift" }, h("p", { class: "figure" }, hours(shift)), h("p", {}, dayWords(shift.start, { long: true })), h("p", { class: "muted" }, details(shift)), swapControl(shift, swapping)));
}

function row(shift, swapping) {
  return h("li", {}, h("div", {}, h("p", {}, h("strong", {}, `${dayWords(shift.start)} ${hours(shift)}`)), h("p", { class: "muted" }, details(shift))), swapControl(shift, swapping));
}
