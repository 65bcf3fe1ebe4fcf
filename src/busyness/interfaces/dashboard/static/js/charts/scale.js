// From numbers to positions, and round numbers for an axis.

/** A linear scale. */
export function linear([low, high], [from, to]) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** About `count` round numbers from 0 (or below it) to `high`. */
export function ticks(low, high, count = 4) {
  const step = niceStep((high - low || 1) / count);
  const first = Math.floor(low / step) * step;
  const found = [];
  for (let value = first; value < high + step; value += step) found.push(Number(value.toPrecision(12)));
  return found;
}

function niceStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((factor) => raw <= factor * power * 1.0001);
}

/** The largest finite number of some lists. */
export function largest(...lists) {
  let found = 0;
  for (const list of lists) for (const value of list ?? []) if (Number.isFinite(value) && value > found) found = value;
  return found;
}
