import { expect, test } from 'vitest';
import { isDrawn, lasting, reachOfWords } from './directed.ts';

const NO_HIT = -Infinity;
const HIT = Infinity;
const track = (logits: readonly number[]) => Float32Array.from(logits.flatMap((logit) => [logit, 0]));

test('a hit lasts for so many latents, and the likelier one counts', () => {
  expect([...lasting(Float32Array.of(0, 0.5, 0, 0.25, 0, 0), 2)]).toEqual([0, 0.5, 0.5, 0.5, 0.25, 0.25]);
});

test('neither silence nor the fall after a hit was drawn', () => {
  const told = { quiet: -2, decay: 0.5 };
  expect(isDrawn(Float32Array.of(-2, 1, 0.5, 0, 0, -0.25, -2), told)).toEqual([
    false,
    true,
    false,
    false,
    true,
    true,
    false,
  ]);
});

test('words count at hits and for a quarter of a second after them', () => {
  const quiet = Array.from({ length: 12 }, () => NO_HIT);
  expect([...reachOfWords(track([NO_HIT, HIT, ...quiet]), 0)]).toEqual([
    0,
    ...Array.from({ length: 9 }, () => 1),
    0,
    0,
    0,
    0,
  ]);
});

test('words count throughout a window without hits, as far as it has none', () => {
  expect([...reachOfWords(track([NO_HIT, NO_HIT]), 0)]).toEqual([1, 1]);
  expect(reachOfWords(track([Math.log(1 / 3), NO_HIT]), 0)[0]).toBeCloseTo(0.5, 6);
  expect(reachOfWords(track([-1.1, NO_HIT]), 1.1)[0]).toBeCloseTo(0.5, 6);
});
