import { expect, test } from 'vitest';
import { changedSpans } from './difference.ts';

const RATE = 31.25;
/** Twenty latents of silence, some of their values changed. */
function track(changes: Readonly<Record<number, number>> = {}, latents = 20): Float32Array {
  const values = new Float32Array(2 * latents);
  for (const [at, value] of Object.entries(changes)) values[Number(at)] = value;
  return values;
}

test('nothing where nothing changed, or nothing that is heard', () => {
  expect(changedSpans(track(), track(), RATE, 0.1)).toEqual([]);
  expect(changedSpans(track(), track({ 4: 1e-5 }), RATE, 0.1)).toEqual([]);
});

test('onsets and levels count, each with the margin about it', () => {
  const spans = changedSpans(track(), track({ 20: 1, 25: -1 }), RATE, 0.032);
  expect(spans).toHaveLength(1);
  expect(spans[0]?.start).toBeCloseTo(9 * 0.032, 9);
  expect(spans[0]?.end).toBeCloseTo(14 * 0.032, 9);
});

test('what lies apart stays apart; what touches is one, within the clip', () => {
  const apart = changedSpans(track({ 0: 1 }), track({ 38: 2 }), RATE, 0.064);
  expect(apart).toHaveLength(2);
  expect(apart[0]?.start).toBe(0);
  expect(apart[0]?.end).toBeCloseTo(3 * 0.032, 9);
  expect(apart[1]?.start).toBeCloseTo(17 * 0.032, 9);
  expect(apart[1]?.end).toBeCloseTo(20 * 0.032, 9);
  expect(changedSpans(track({ 0: 1 }), track({ 38: 2 }), RATE, 0.3)).toHaveLength(1);
});

test('tracks of different lengths have all in common that they are different', () => {
  expect(changedSpans(track(), track({}, 10), RATE, 0)).toEqual([{ start: 0, end: 10 / RATE }]);
});
