import { describe, expect, test } from 'vitest';
import { guideLevel, levelGoal, type LevelGuidance } from './level-guidance.ts';

const GUIDANCE: LevelGuidance = {
  share: 0.5,
  until: 0.6,
  onsetBias: 0,
  quietLevel: -1,
  continuousLevel: 1,
  silence: -2,
  gain: 2,
  slope: 1.5,
  middle: 0.5,
};
const NO_HIT = -40;
const HIT = 40;
/** Reading of latents that are all at one level, with the given onset logits. */
const timing = (level: number, logits: readonly number[]) => Float32Array.from(logits.flatMap((hit) => [hit, level]));
const quiet = [NO_HIT, NO_HIT, NO_HIT, NO_HIT, NO_HIT];
const shares = (level: number, logits: readonly number[], guidance = GUIDANCE) => [
  ...levelGoal(timing(level, logits), guidance).share,
];

test.each([0, 0.25, 0.5])(
  'at flow time %d the level heads for half the way to its goal, and nothing else moves',
  (t) => {
    const x = Float32Array.of(0.2, 1, -0.4, 1, 0.6, 1);
    const velocity = Float32Array.of(1, 2, 3, 4, -5, 6);
    const before = velocity.slice();
    const goal = { target: Float32Array.of(2, -1, 0.5), share: Float32Array.of(0.5, 0.5, 0) };
    const out = guideLevel(velocity, x, t, goal);
    const headsFor = (v: Float32Array, i: number) => (x[2 * i] ?? NaN) + (1 - t) * (v[2 * i] ?? NaN);
    expect(headsFor(out, 0)).toBeCloseTo((headsFor(velocity, 0) + 2) / 2, 5);
    expect(headsFor(out, 1)).toBeCloseTo((headsFor(velocity, 1) - 1) / 2, 5);
    expect(out[4]).toBe(velocity[4]);
    expect([out[1], out[3], out[5]]).toEqual([2, 4, 6]);
    expect(velocity).toEqual(before);
  },
);

describe('a timing that a person set', () => {
  const DIRECTED = { quiet: -2, decay: 0.5 };
  const { quiet: QUIET } = DIRECTED;
  const goalOf = (levels: readonly number[], logits: readonly number[]) =>
    levelGoal(Float32Array.from(logits.flatMap((logit, i) => [logit, levels[i] ?? QUIET])), GUIDANCE, DIRECTED);

  test('is silent where silence is asked for, unless a hit is ringing', () => {
    const after = Array.from({ length: 26 }, () => NO_HIT);
    const rung = Array.from({ length: 25 }, () => 0);
    expect([...goalOf([], [NO_HIT, HIT, ...after]).share]).toEqual([1, ...rung, 1, 1]);
    expect([...goalOf([], [NO_HIT, NO_HIT]).share]).toEqual([1, 1]);
    expect(goalOf([], [Math.log(1 / 3)]).share[0]).toBeCloseTo(0.75 ** 2, 6);
  });

  test('keeps a level that was drawn, soon after a hit, too', () => {
    const after = Array.from({ length: 10 }, () => NO_HIT);
    const struck = Array.from({ length: 9 }, () => 0);
    const level = Array.from({ length: 12 }, () => 0);
    expect([...goalOf(level, [NO_HIT, HIT, ...after]).share]).toEqual([1, ...struck, 1, 1]);
  });

  test('leaves the fall after a hit to its material, which may not get louder', () => {
    const goal = goalOf([QUIET, 1, 0.5, 0, -0.5], [NO_HIT, HIT, NO_HIT, NO_HIT, NO_HIT]);
    expect([...goal.share]).toEqual([1, 0, 0, 0, 0]);
    expect([...(goal.falls ?? [])]).toEqual([1, 0, 1, 1, 1]);
    // Drawn: it may rise as it was drawn.
    expect([...(goalOf([0, 0.5, 1], [NO_HIT, NO_HIT, NO_HIT]).falls ?? [])]).toEqual([0, 0, 0]);
  });

  test('nothing gets louder where it may not, and what is kept down holds down what follows', () => {
    const [t, x] = [0.5, new Float32Array(8)];
    const velocity = Float32Array.of(4, 1, 6, 1, 2, 1, 3, 1);
    const goal = { target: new Float32Array(4), share: new Float32Array(4), falls: Uint8Array.of(0, 1, 1, 1) };
    expect([...guideLevel(velocity, x, t, goal)]).toEqual([4, 1, 4, 1, 2, 1, 2, 1]);
  });

  test('heads for the level that a reading would head for', () => {
    const track = timing(0.3, [NO_HIT, HIT]);
    expect(levelGoal(track, GUIDANCE, DIRECTED).target).toEqual(levelGoal(track, GUIDANCE).target);
  });
});

test('a window without a hit follows throughout, however quiet it is', () => {
  expect(shares(-3, quiet)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
});

test('a hit leaves its whole window alone where nothing goes on beneath it', () => {
  expect(shares(-3, [NO_HIT, NO_HIT, HIT, NO_HIT, NO_HIT])).toEqual([0, 0, 0, 0, 0]);
  // A quarter sure of a hit: half as much.
  expect(shares(-3, [Math.log(1 / 3), NO_HIT])[1]).toBeCloseTo(0.25, 6);
});

test('what goes on beneath hits follows between them', () => {
  expect(shares(2, [NO_HIT, HIT, NO_HIT])).toEqual([0.5, 0, 0.5]);
  expect(shares(0, [NO_HIT, HIT, NO_HIT])).toEqual([0.25, 0, 0.25]);
  // A tenth of the time may be quiet.
  const faded = timing(
    2,
    Array.from({ length: 20 }, (_, i) => (i === 0 ? HIT : NO_HIT)),
  );
  const mostly = (silent: number) => {
    const read = faded.slice();
    for (let i = 0; i < silent; i++) read[2 * i + 1] = -3;
    return levelGoal(read, GUIDANCE).share[19];
  };
  expect([mostly(2), mostly(3)]).toEqual([0.5, 0]);
});

test('the bias of onsets sees hits that are read with less certainty', () => {
  const unsure = [-2, -2, -2];
  const [plain, leaning] = [0, 3].map((onsetBias) => shares(-3, unsure, { ...GUIDANCE, onsetBias })[0]);
  expect(plain).toBeGreaterThan(0.3);
  expect(leaning).toBe(0);
});

test('levels far from the middle are silence, or as loud as they were read', () => {
  const targetOf = (level: number) => levelGoal(timing(level, quiet), GUIDANCE).target[0];
  expect(targetOf(0.5 + Math.log(Math.E - 1) / 1.5)).toBeCloseTo(0, 5);
  expect(targetOf(-1000)).toBeCloseTo(-2, 5);
  expect(targetOf(1000)).toBeCloseTo(-2 + 2 * 1.5 * 999.5, 1);
});
