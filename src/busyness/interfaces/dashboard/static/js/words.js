// The page's language: its phrases, and how it writes numbers, money, dates and hours.

/** The language of the page, `es` or `en`. */
export const language = document.documentElement.lang;

const locale = language === "es" ? "es-ES" : "en-GB";
let phrases = {};

/** Fetch the phrases; everything else here needs them. */
export async function loadWords() {
  phrases = await (await fetch(document.documentElement.dataset.words)).json();
}

/** A phrase with its names filled in. `key.one` is used where `count` is 1. */
export function say(key, values = {}) {
  const chosen = values.count === 1 && phrases[`${key}.one`] ? phrases[`${key}.one`] : phrases[key];
  const shown = typeof values.count === "number" ? { ...values, count: number(values.count) } : values;
  return (chosen ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in shown ? (shown[name] ?? "–") : whole));
}

/** The phrase `prefix.name` where there is one, else the other text given, else the name. */
export const known = (prefix, name, other = name) => phrases[`${prefix}.${name}`] ?? other;

/** Is there such a phrase? */
export const has = (key) => key in phrases;

/** A number with as many decimals as its size deserves, unless told. */
export function number(value, decimals) {
  if (value === null || value === undefined || !Number.isFinite(Number(value))) return "–";
  const size = Math.abs(value);
  const digits = decimals ?? (size >= 20 || Number.isInteger(value) ? 0 : size >= 1 ? 1 : 2);
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "always" })
    .format(Object.is(Math.round(value * 10 ** digits), -0) ? 0 : value).replace("-", "−");
}

/** The mark between whole and part, as this language writes it. */
export const decimal = language === "es" ? "," : ".";

/** A number with its sign. */
export const signed = (value, decimals) => (value > 0 ? "+" : "") + number(value, decimals);

/** A share of 1 as a percentage. */
export function percent(share, decimals = 0) {
  return share === null || share === undefined || !Number.isFinite(share) ? "–" : `${number(share * 100, decimals)}\u00a0%`;
}

/** A probability; none is called certain or impossible. */
export function likely(share) {
  if (share >= 0.995) return `>\u00a0${percent(0.99)}`;
  return share < 0.005 ? `<\u00a0${percent(0.01)}` : percent(share);
}

/** Money in its currency. */
export function money(value, currency = "EUR", decimals) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const digits = decimals ?? (Math.abs(value) >= 20 || Number.isInteger(value) ? 0 : 2);
  const sign = Object.is(Math.round(value * 10 ** digits), -0) ? 0 : value;
  return `${number(sign, digits)}\u00a0${currency === "EUR" ? "€" : currency || ""}`.trim();
}

/** What is counted: visitors, trips, orders; the service's word where we have none. */
export const unitWord = (noun) => known("unit", noun ?? "visitors");

const formats = new Map();

function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

/** The day of a local time such as `2026-11-28T10:00:00+01:00`, read off its own wall clock. */
export const dayOf = (local) => String(local).slice(0, 10);

/** The `HH:MM` of a local time. */
export const clockOf = (local) => String(local).slice(11, 16) || "00:00";

/** A day in words: `Sat 28 Nov`, or `Saturday 28 November` where `long`. */
export function dayWords(local, { long = false, year = false } = {}) {
  if (!local) return "–";
  const [y, m, d] = dayOf(local).split("-").map(Number);
  if (!y || !m || !d) return String(local);
  const width = long ? "long" : "short";
  const options = { weekday: width, day: "numeric", month: width, timeZone: "UTC", ...(year ? { year: "numeric" } : {}) };
  return format(options).format(new Date(Date.UTC(y, m - 1, d))).replace(/,/g, "").replace(/\./g, "");
}

/** The two or three letters of a weekday. */
export const weekdayWord = (local) => dayWords(local).split(" ")[0];

/** A local time in words: day and clock. */
export const momentWords = (local) => (local ? `${dayWords(local)} ${clockOf(local)}` : "–");

/** An instant as the wall clock of a zone shows it: `2026-11-28T10:00`. */
export function localOf(instant, zone) {
  const date = new Date(instant);
  if (!instant || Number.isNaN(date.getTime())) return "";
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-CA", {
      timeZone: zone || "UTC", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(date).map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The instant at which the wall clock of a zone shows this local time, as UTC. */
export function instantOf(local, zone) {
  const wanted = Date.parse(`${local}:00Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess += wanted - Date.parse(`${localOf(guess, zone)}:00Z`);
  return new Date(guess).toISOString();
}

/** A day some days later, `YYYY-MM-DD`. */
export function dayAfter(day, days = 1) {
  return new Date(Date.parse(`${dayOf(day)}T00:00:00Z`) + days * 86400000).toISOString().slice(0, 10);
}
