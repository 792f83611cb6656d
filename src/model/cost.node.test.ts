import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { predictSeconds, workOf, type PlannedGeneration } from './cost.ts';
import { parseManifest } from './validate.ts';

const PACK = join(import.meta.dirname, '../../public/models/mini/manifest.json');
const manifest = parseManifest(readFileSync(PACK, 'utf8'));
const planned = (change: Partial<PlannedGeneration> = {}): PlannedGeneration => ({
  solver: 'euler',
  steps: 8,
  guidanceText: 1,
  guidanceAv: 2,
  timeShift: 1,
  task: 'v2a',
  duration: 4,
  hasText: false,
  ...change,
});
const work = (change: Partial<PlannedGeneration> = {}) => workOf(manifest, planned(change));

describe('the work of the shipped pack', () => {
  test('is within a factor of two of a count by hand of its networks', () => {
    // A block of width w over n tokens: 12 w^2 n in its layers and 2 n^2 w in its attention; two blocks make a segment,
    // and a Fusion Block is one over both streams, with w^2 more for each stream's way in and out.
    const block = (tokens: number) => 12 * 192 ** 2 * tokens + 2 * tokens ** 2 * 192;
    const alone = 8 * block(128);
    const fused = alone + 4 * (block(256) + 2 * 192 ** 2 * 256) + 6 * block(128);
    const byHand = (2 * 8 * (alone + fused)) / 1e9;
    expect(work().sample / byHand).toBeGreaterThan(1);
    expect(work().sample / byHand).toBeLessThan(2);
  });

  test('grows with the steps, the solver and the branches of guidance', () => {
    const base = work().sample;
    expect(work({ steps: 16 }).sample / base).toBeCloseTo(2, 1);
    expect(work({ solver: 'midpoint' }).sample / base).toBeCloseTo(2, 1);
    expect(work({ solver: 'ab2' }).sample).toBe(base);
    // The full branch alone; the generator alone; and with text all three.
    const full = work({ guidanceAv: 1 }).sample;
    const alone = work({ guidanceAv: 0 }).sample;
    expect(full).toBeLessThan(base);
    expect(alone).toBeLessThan(full);
    // Each of them has looked at the picture first, for want of a prompt.
    const looking = base - work({ hasText: true }).sample;
    expect(looking).toBeGreaterThan(0);
    expect(looking / base).toBeLessThan(0.05);
    expect(work({ task: 'a2v' }).sample).toBe(work({ task: 'a2v', hasText: true }).sample);
    expect(full + alone - looking).toBeCloseTo(base, 6);
    const text = work({ guidanceText: 3, hasText: true }).sample;
    expect(text).toBeGreaterThan(base);
    // The two fused branches share runs.
    expect(text - base).toBeLessThan(full);
    // Guidance over the picture that ends halfway leaves out half of the generator alone.
    const halfway = work({ guidanceAvUntil: 0.5 }).sample;
    expect(base - halfway).toBeCloseTo((alone - looking) / 2, 6);
    // Without a prompt there is nothing to guide by.
    expect(work({ guidanceText: 3 }).sample).toBe(base);
  });

  test('grows with the clip: less than in proportion while windows share runs, then in proportion', () => {
    const one = work({ duration: 1 }).sample;
    expect(work({ duration: 4 }).sample).toBe(one);
    const three = work({ duration: 10 }).sample;
    expect(three / one).toBeGreaterThan(1.8);
    expect(three / one).toBeLessThan(3);
    expect(work({ duration: 120 }).sample / work({ duration: 60 }).sample).toBeCloseTo(2, 0);
    expect(work({ duration: 20, task: 'a2v' }).decode / work({ duration: 10, task: 'a2v' }).decode).toBeCloseTo(2, 1);
  });

  test('lies where the media are heavy: in the pictures', () => {
    const sound = work();
    const clip = work({ task: 'a2v' });
    expect(sound.encode).toBeGreaterThan(clip.encode);
    expect(clip.decode).toBeGreaterThan(sound.decode);
    for (const { encode, sample, decode, total } of [sound, clip])
      expect(encode + sample + decode).toBeCloseTo(total, 6);
  });
});

test('a device twice as fast takes half as long', () => {
  const slow = predictSeconds(manifest, 10, planned());
  const fast = predictSeconds(manifest, 20, planned());
  for (const stage of ['encode', 'sample', 'decode', 'total'] as const) {
    expect(fast[stage]).toBeGreaterThan(0);
    // Phases, where a pack has them, do not run on that device.
    const phases = stage === 'encode' || stage === 'sample' ? 0 : phasesOf(manifest);
    expect(slow[stage] - phases).toBeCloseTo(2 * (fast[stage] - phases), 9);
  }
});

/** Seconds that phases take of the planned generation: what is left on a device that is fast without end. */
function phasesOf(pack: typeof manifest): number {
  return predictSeconds(pack, 1e15, planned()).total;
}

test('phases of sound take time of their own, however fast the networks run', () => {
  const wide = join(import.meta.dirname, '../../e2e/fixtures/packs/tiny-48k/manifest.json');
  const pack = parseManifest(readFileSync(wide, 'utf8'));
  const { phases: _, ...plain } = pack;
  const seconds = (change: Partial<PlannedGeneration>, of = pack) => predictSeconds(of, 1e6, planned(change));
  const v2a = seconds({});
  expect(v2a.decode - seconds({}, plain).decode).toBeCloseTo(0.8);
  expect(v2a.total).toBeCloseTo(v2a.encode + v2a.sample + v2a.decode);
  expect(seconds({ task: 'a2v' })).toEqual(seconds({ task: 'a2v' }, plain));
});
