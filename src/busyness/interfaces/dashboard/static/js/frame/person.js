// Who is signed in, the language, light or dark, and the way out.

import { h, fill } from "../elements.js";
import { send } from "../api.js";
import { remember, remembered, view } from "../view.js";
import { known, language, say } from "../words.js";

const THEMES = ["auto", "light", "dark"];

/** Draw the lower end of the menu. */
export function drawPerson() {
  fill(document.getElementById("person"),
    h("p", { class: "who" }, h("strong", {}, view.me.name ?? view.me.id), h("span", { class: "muted" }, known("role", view.me.role))),
    choice("language", say("language"), [["en", "English"], ["es", "Español"]], language, (value) => {
      remember("language", value);
      location.reload();
    }),
    choice("theme", say("theme"), THEMES.map((name) => [name, say(`theme.${name}`)]), remembered("theme") || "auto", useTheme),
    h("button", { type: "button", class: "quiet", onclick: leave }, say("signout")));
}

function choice(id, label, options, chosen, change) {
  return h("div", { class: "field" },
    h("label", { for: id }, label),
    h("select", { id, onchange: (event) => change(event.target.value) },
      options.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
}

function useTheme(name) {
  remember("theme", name);
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

async function leave() {
  await send("POST", "/logout").catch(() => null);
  location.assign("/signin");
}
