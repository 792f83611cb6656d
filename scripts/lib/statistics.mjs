/** Medians with their spread, for figures that a busy machine disturbs. */

/** @param {readonly number[]} values @returns {number} NaN of none */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** Median, and in brackets the smallest and the largest. @param {readonly number[]} values @param {number} [digits] */
export function spread(values, digits = 2) {
  const say = (/** @type {number} */ value) => value.toFixed(digits);
  return `${say(median(values))} (${say(Math.min(...values))} to ${say(Math.max(...values))})`;
}
