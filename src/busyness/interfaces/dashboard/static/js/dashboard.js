// The start of every page: who is there, which worlds there are, then the frame and the section.

import { get, inWorld, withToken } from "./api.js";
import { drawMenu, listenToMenu } from "./frame/menu.js";
import { drawPerson } from "./frame/person.js";
import { drawWhere } from "./frame/where.js";
import { fill } from "./elements.js";
import { failureNote } from "./parts/failure.js";
import { language, loadWords, say } from "./words.js";
import { onMove, part, remember, remembered, view } from "./view.js";

const root = document.documentElement;
const home = document.getElementById("section");

/** The world of the address, else the last one looked at, else the first that has something to show. */
function chosenWorld() {
  const named = (name) => view.worlds.find((world) => world.name === name);
  return named(part("world")) ?? named(remembered("world")) ?? view.worlds.find((world) => world.ready) ?? view.worlds[0] ?? null;
}

/** The language that somebody chose for the person counts until they chose one in this browser; else the browser's does. */
function inOwnLanguage() {
  const own = view.me.language;
  if (remembered("language") || !view.me.language_chosen || !["es", "en"].includes(own) || own === language) return false;
  remember("language", own);
  if (remembered("language") !== own) return false;
  location.reload();
  return true;
}

async function draw(section) {
  home.setAttribute("aria-busy", "true");
  try {
    await section.draw(home);
  } catch (error) {
    fill(home, failureNote(error, () => draw(section)));
  }
  home.setAttribute("aria-busy", "false");
}

async function start() {
  listenToMenu();
  const me = get("/v1/me");
  me.catch(() => {});
  await loadWords();
  try {
    view.me = await me;
    withToken(view.me.csrf);
    if (inOwnLanguage()) return;
    const sections = view.me.sections ?? [];
    const name = root.dataset.section || sections[0] || "today";
    root.dataset.section = name;
    const module = import(`./sections/${name}.js`);
    view.worlds = (await get("/v1/worlds")).items;
    view.world = chosenWorld();
    inWorld(view.world?.name);
    document.getElementById("title").textContent = say(`section.${name}`);
    document.title = `${say(`section.${name}`)} · Busyness`;
    drawMenu(sections, name);
    drawPerson();
    const section = await module;
    if (!sections.includes(name)) {
      fill(home, failureNote({ message: say("section.closed"), hint: say("section.closed.hint") }));
      home.setAttribute("aria-busy", "false");
      return;
    }
    onMove(() => {
      drawMenu(sections, name);
      draw(section);
    });
    await drawWhere(section.asks ?? {});
    await draw(section);
  } catch (error) {
    fill(home, failureNote(error, () => location.reload()));
    home.setAttribute("aria-busy", "false");
  }
}

start();
