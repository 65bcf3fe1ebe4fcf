// Places as areas (or as points, where their shapes are not known), shaded by a number, and moves as arrows between them.

import { h, s } from "../elements.js";
import { number } from "../words.js";
import { responsive } from "./responsive.js";
import { projection, rings } from "./projection.js";
import { largest } from "./scale.js";

const SHADES = 6;

/**
 * Draw the map; `take` hears of a place that was tapped.
 * @param {{title: string, places: Array<{place: string, name: string, latitude: number, longitude: number, shape?: Object, value: number, text: string}>, moves?: Array<{from: string, to: string, quantity: number}>, take: (place: Object) => void}} of
 */
export function fleetMap({ title, places, moves = [], take }) {
  const most = largest(places.map((place) => place.value));
  return h("div", { class: "map" }, responsive((width) => {
    const height = Math.min(Math.max(width * 0.75, 300), 520);
    const corners = places.flatMap((place) => [...rings(place.shape).flat(), ...(Number.isFinite(place.longitude) ? [[place.longitude, place.latitude]] : [])]);
    if (!corners.length) return s("svg", { width, height: 1 });
    const at = projection(corners, width, height);
    const middle = new Map(places.map((place) => [place.place, at(centreOf(place))]));
    return s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title },
      s("defs", {}, s("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerUnits: "userSpaceOnUse", markerWidth: 9, markerHeight: 9, orient: "auto-start-reverse" }, s("path", { class: "arrow-head", d: "M0 0 8 4 0 8Z" }))),
      places.map((place) => mark(place, at, most, take)),
      moves.filter((move) => middle.has(move.from) && middle.has(move.to)).map((move) => arrow(middle.get(move.from), middle.get(move.to), move)));
  }));
}

function centreOf(place) {
  if (Number.isFinite(place.longitude)) return [place.longitude, place.latitude];
  const points = rings(place.shape)[0] ?? [[0, 0]];
  return [0, 1].map((k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);
}

function mark(place, at, most, take) {
  const shade = most ? Math.min(SHADES - 1, Math.floor(((place.value || 0) / most) * SHADES)) : 0;
  const outline = rings(place.shape);
  const attributes = { class: `area fill-${shade}`, onclick: () => take(place) };
  const title = s("title", {}, `${place.name}: ${place.text}`);
  if (!outline.length) {
    const [x, y] = at(centreOf(place));
    return s("circle", { ...attributes, cx: x, cy: y, r: 5 + 6 * Math.sqrt(most ? (place.value || 0) / most : 0) }, title);
  }
  const d = outline.map((ring) => `M${ring.map((point) => at(point).map((value) => value.toFixed(1)).join(" ")).join("L")}Z`).join("");
  return s("path", { ...attributes, d, "fill-rule": "evenodd" }, title);
}

function arrow([x1, y1], [x2, y2], move) {
  const bend = 0.15;
  const [mx, my] = [(x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend];
  return s("path", { class: "move", d: `M${x1} ${y1}Q${mx} ${my} ${x2} ${y2}`, "stroke-width": 1 + Math.min(move.quantity / 8, 2.5), "marker-end": "url(#arrow)" },
    s("title", {}, `${number(move.quantity)}`));
}
