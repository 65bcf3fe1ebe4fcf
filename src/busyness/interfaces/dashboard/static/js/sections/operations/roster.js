// The roster of one place: need against it, the day's shifts to move about, its score as it changes, and publishing.

import { get, pages, send } from "../../api.js";
import { cover } from "../../charts/cover.js";
import { gantt } from "../../charts/gantt.js";
import { fill, h } from "../../elements.js";
import { card } from "../../parts/card.js";
import { csvLink } from "../../parts/csv_link.js";
import { confirmed } from "../../parts/dialog.js";
import { empty } from "../../parts/empty.js";
import { tell, tellFailure } from "../../parts/said.js";
import { tracePage } from "../../parts/trace.js";
import { may, part, setPart, view } from "../../view.js";
import { dayWords, known, say } from "../../words.js";
import { askNewShift } from "./new_shift.js";
import { Roster } from "./roster_week.js";
import { scorePanel } from "./score_panel.js";
import { shiftTable } from "./shift_table.js";
import { sickCall } from "./sick_call.js";
import { swapsCard } from "./swaps_card.js";

const LANE = 120;
const NARROW_LANE = 84;

/** Draw it. */
export async function drawView(home) {
  const place = view.place.place;
  const zone = view.place.timezone;
  if (!view.world.plans.includes("staffing")) {
    tracePage(view.world);
    fill(home, empty("roster.empty", { command: "busyness plan staffing …" }));
    return;
  }
  const [answer, needs, swaps] = await Promise.all([get("/v1/staffing/roster", { place }), pages("/v1/staffing/needs", { place }), may("swaps:read") ? get("/v1/swaps", { place }) : { items: [] }]);
  tracePage(answer.meta);
  if (!answer.shifts.length) {
    fill(home, empty("roster.empty", { command: "busyness plan staffing …" }));
    return;
  }
  const roster = new Roster(answer, needs, zone);
  const writes = may("staffing:write");
  const panel = scorePanel(roster, place, (ids) => { broken = ids; markBroken(); });
  const status = h("span", { class: "chip" });
  const board = h("div", { class: "board" });
  const heard = h("p", { class: "unseen", "aria-live": "assertive" });
  const job = h("div", {});
  let broken = new Set();
  let day = roster.days.includes(part("day")) ? part("day") : roster.days[0];

  const save = h("button", { type: "button", onclick: () => store() }, say("roster.save"));
  const publish = h("button", { type: "button", class: "primary", onclick: askPublish }, say("roster.publish"));
  const reset = h("button", { type: "button", onclick: () => { roster.reset(); changed(); paint(); } }, say("roster.reset"));
  const toolbar = writes ? h("div", { class: "buttons toolbar" },
    h("button", { type: "button", onclick: () => askNewShift(roster, day, () => { changed(); paint(); }) }, say("roster.add")),
    h("button", { type: "button", onclick: () => sickCall(roster, place, day, job, () => { changed(); paint(); }) }, say("roster.sick")), reset, save, publish) : null;

  fill(home, card(say("roster.title", { place: view.place.name ?? place }), { wide: true, aside: [status, csvLink("/v1/staffing/needs", { place }, say("roster.needs"))] },
    dayLinks(), toolbar, job, heard, board),
  h("div", { class: "columns" }, panel.element, may("swaps:read") ? swapsCard(swaps.items, roster.people, zone) : null));
  paint();
  panel.ask();

  function paint() {
    status.textContent = known("roster.status", roster.status);
    save.disabled = reset.disabled = !roster.changed;
    const shifts = roster.on(day);
    const [from, until] = roster.hours(day);
    const people = roster.people;
    const lane = window.innerWidth < 600 ? NARROW_LANE : LANE;
    fill(board,
      roster.slots(day).length ? cover({ title: say("cover.title", { day: dayWords(day, { long: true }) }), slots: roster.slots(day), from, until, left: lane }) : null,
      gantt({
        caption: say("gantt.title", { day: dayWords(day, { long: true }) }), people, shifts, from, until, locked: !writes,
        changed: (shift, words) => { roster.write(shift, day); heard.textContent = words; changed(); repaintCover(); },
        remove: (shift) => { roster.remove(shift); heard.textContent = say("gantt.removed"); changed(); repaintCover(); },
      }),
      shiftTable(roster, day, writes, () => { changed(); paint(); }));
    markBroken();
  }

  function markBroken() {
    board.querySelectorAll(".bar").forEach((bar) => bar.classList.toggle("broken", broken.has(bar.dataset.shift)));
  }

  function repaintCover() {
    const [from, until] = roster.hours(day);
    const old = board.querySelector(".cover");
    old?.replaceWith(cover({ title: say("cover.title", { day: dayWords(day, { long: true }) }), slots: roster.slots(day), from, until, left: window.innerWidth < 600 ? NARROW_LANE : LANE }));
    board.querySelector("details.shifts")?.replaceWith(shiftTable(roster, day, writes, () => { changed(); paint(); }, board.querySelector("details.shifts").open));
  }

  function changed() {
    save.disabled = reset.disabled = !roster.changed;
    panel.ask();
  }

  function dayLinks() {
    const buttons = roster.days.map((one) => h("button", { type: "button", "aria-pressed": String(one === day), onclick: () => {
      day = one;
      setPart({ day });
      buttons.forEach((button, n) => button.setAttribute("aria-pressed", String(roster.days[n] === day)));
      paint();
    } }, dayWords(one)));
    return h("div", { class: "days", role: "group", "aria-label": say("day") }, buttons);
  }

  async function store() {
    save.disabled = true;
    try {
      const answer = await send("PUT", "/v1/staffing/roster", { place, week: roster.week, based_on: roster.version, shifts: roster.rows() });
      roster.stored(answer);
      paint();
      tell(say("roster.saved"));
      return true;
    } catch (error) {
      tellFailure(error);
      save.disabled = false;
      return false;
    }
  }

  function askPublish() {
    confirmed({
      title: say("roster.publish"), text: say(roster.changed ? "roster.publish.unsaved" : "roster.publish.text"), go: say("roster.publish"),
      act: async () => {
        if ((roster.changed || !roster.id) && !(await store())) return;
        roster.stored(await send("POST", "/v1/staffing/publish", { roster: roster.id }));
        paint();
        tell(say("roster.published"));
      },
    });
  }
}
