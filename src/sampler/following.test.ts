import { expect, test } from 'vitest';
import { followLevel, type LevelFollowing } from './following.ts';

const FOLLOWING: LevelFollowing = {
  share: 0.5,
  until: 0.6,
  reach: 3,
  lean: 0,
  silence: -2,
  gain: 2,
  slope: 1.5,
  middle: 0.5,
};
const STRIDE = 2;
const NO_HIT = -40;
/** Reading of latents that are all at one level, with the given onset logits. */
const timing = (level: number, logits: readonly number[]) => Float32Array.from(logits.flatMap((hit) => [hit, level]));
const x = Float32Array.of(0.2, 1, -0.4, 1, 0.6, 1, 0, 1, 0.1, 1);
const velocity = Float32Array.of(1, 2, 3, 4, -5, 6, 0, 8, 0.5, 10);
const quiet = [NO_HIT, NO_HIT, NO_HIT, NO_HIT, NO_HIT];
const headsFor = (v: Float32Array, t: number, i: number) => (x[i * STRIDE] ?? NaN) + (1 - t) * (v[i * STRIDE] ?? NaN);

test.each([0, 0.25, 0.5])('at flow time %d the level heads for half the way to the reading', (t) => {
  const read = 1.2;
  const target = -2 + 2 * Math.log(1 + Math.exp(1.5 * (read - 0.5)));
  const out = followLevel(velocity, x, t, timing(read, quiet), STRIDE, FOLLOWING);
  quiet.forEach((_, i) => {
    expect(headsFor(out, t, i)).toBeCloseTo((headsFor(velocity, t, i) + target) / 2, 4);
    expect(out[i * STRIDE + 1]).toBe(velocity[i * STRIDE + 1]);
  });
});

test('near a hit the level stays as it is, beyond the reach it does not', () => {
  const out = followLevel(velocity, x, 0, timing(1, [NO_HIT, NO_HIT, 40, NO_HIT, NO_HIT]), STRIDE, FOLLOWING);
  const changed = quiet.map((_, i) => out[i * STRIDE] !== velocity[i * STRIDE]);
  expect(changed).toEqual([true, false, false, false, true]);
});

test('lean sees hits that are read with less certainty', () => {
  const unsure = timing(1, [-2, -2, -2, -2, -2]);
  const [plain, leaning] = [0, 3].map((lean) => followLevel(velocity, x, 0, unsure, STRIDE, { ...FOLLOWING, lean }));
  const moved = (out: Float32Array | undefined) => Math.abs((out?.[0] ?? NaN) - (velocity[0] ?? NaN));
  expect(moved(leaning)).toBeLessThan(moved(plain) / 2);
});

test('once the level is settled the velocity is the one given, and the given one is never written to', () => {
  const before = velocity.slice();
  expect(followLevel(velocity, x, 0.6, timing(1, quiet), STRIDE, FOLLOWING)).toBe(velocity);
  followLevel(velocity, x, 0.2, timing(1, quiet), STRIDE, FOLLOWING);
  expect(velocity).toEqual(before);
});

test('levels far from the middle are silence, or as loud as they were read', () => {
  const still = new Float32Array(velocity.length);
  const all = { ...FOLLOWING, share: 1 };
  const latentOf = (level: number) => followLevel(still, still, 0, timing(level, quiet), STRIDE, all)[0];
  expect(latentOf(-1000)).toBeCloseTo(-2, 5);
  expect(latentOf(1000)).toBeCloseTo(-2 + 2 * 1.5 * 999.5, 1);
});
