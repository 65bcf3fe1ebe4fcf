// Where the page stands: its world, place and view, kept in the address so that a link leads back to it.

const asked = new URLSearchParams(location.search);
const listeners = new Set();

/** What `/v1/me`, `/v1/worlds` and the address say; filled by dashboard.js before any section is drawn. */
export const view = { me: null, worlds: [], world: null, place: null };

/** A part of the address, or null. */
export const part = (name) => asked.get(name);

/** Change parts of the address without leaving the page; empty ones go. */
export function setPart(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") asked.delete(name);
    else asked.set(name, value);
  }
  const text = asked.toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
}

/** Tell the section that world or place changed. */
export function moved() {
  for (const listener of listeners) listener();
}

/** Hear of a new world or place. */
export function onMove(listener) {
  listeners.add(listener);
}

/** May this person do this? `permission` is such as `staffing:write`. */
export const may = (permission) => (view.me?.permissions ?? []).some((one) => one === permission || one === "*" || one === "*:*");

/** A link within the dashboard that keeps the world. */
export function link(path, parameters = {}) {
  const query = new URLSearchParams({ ...(view.world ? { world: view.world.name } : {}), ...parameters });
  return `${path}?${query}`;
}

/** Remember a choice of this browser for a year. */
export function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `busyness_${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

/** A choice remembered, or an empty text. */
export function remembered(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`busyness_${name}=`));
  return found ? decodeURIComponent(found.split("=")[1]) : "";
}
