/** When a test runs, and how its figures are told. playwright.config.ts explains the tags. */

import { test, type TestDetails } from '@playwright/test';

/** For a whole matrix, a soak, or what a cheaper test covers as well: `npm run test:long`. */
export const LONG: TestDetails = { tag: '@long' };
/** Prints figures by the clock and asserts no seconds: `npm run bench`. */
export const BENCH: TestDetails = { tag: '@bench' };

/** Details of a test of a matrix: its representatives run in `npm test`, all others in `npm run test:long`. */
export function longUnless(representative: boolean): TestDetails {
  return representative ? {} : LONG;
}

/** Writes a measured figure into the report, and shows it. */
export function note(what: string, value: number, unit: string, digits = 0): void {
  const figure = `${value.toFixed(digits)} ${unit}`;
  test.info().annotations.push({ type: what, description: figure });
  console.log(`    ${what}: ${figure}`);
}
