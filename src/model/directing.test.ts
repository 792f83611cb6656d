import { expect, test } from 'vitest';
import { planWindows } from '../sampler/windows.ts';
import { TRACK_VALUES } from '../timing/track.ts';
import { directingOf, timingOf, trackOf, type Directing } from './directing.ts';
import { testManifest, testTiming } from './testing/manifest.ts';
import { parseManifest } from './validate.ts';

const level = {
  share: 0.6,
  until: 0.9,
  onsetBias: 0.7,
  quietLevel: -0.3,
  continuousLevel: 0.1,
  silence: -2.1,
  gain: 2.6,
  slope: 1.9,
  middle: 0.12,
};

function directing(change: Partial<typeof testTiming> = {}): Directing {
  const found = directingOf(testManifest({ timing: { ...testTiming, level, ...change } }));
  if (!found) throw new Error('The pack takes no timing.');
  return found;
}

test('follows from the pack; one without timing has nothing to direct', () => {
  expect(directing()).toMatchObject({ rate: 8, telling: { height: 0.98, onsetBias: 0.7 } });
  expect(directingOf(testManifest({ timing: testTiming }))?.telling.onsetBias).toBe(0);
  expect(directingOf(testManifest())).toBeUndefined();
});

test('a pack that does not say how it is told gets what is usual, and one that does keeps its own', () => {
  const manifest = testManifest({ timing: testTiming });
  const { directed, ...before } = testTiming;
  expect(parseManifest(JSON.stringify({ ...manifest, timing: before })).timing?.directed).toEqual(directed);
  const own = { ...directed, width: 1.5 };
  expect(parseManifest(JSON.stringify({ ...manifest, timing: { ...before, directed: own } })).timing?.directed).toEqual(
    own,
  );
  for (const [wrong, message] of [
    [{ quiet: 2 }, /silence is not below/],
    [{ least: 5 }, /smallest logit/],
    [{ height: 1 }, /timing\.directed\.height/],
    [{ decay: 0 }, /timing\.directed\.decay/],
  ] as const) {
    const timing = { ...before, directed: { ...directed, ...wrong } };
    expect(() => parseManifest(JSON.stringify({ ...manifest, timing }))).toThrow(message);
  }
});

test('a track covers the padded clip and tells nothing that lies behind the clip', () => {
  const hit = (time: number) => ({ hits: [{ time, strength: 1 }], level: [] });
  const clip = { start: 5, duration: 1.3 };
  const plan = planWindows(testManifest().grid, clip.duration);
  const track = trackOf(directing(), hit(5.5), clip);
  expect(track).toHaveLength(plan.totalUnits * plan.audioPerUnit * TRACK_VALUES);
  const loudest = track.reduce((best, value, i) => (i % 2 === 0 && value > (track[best] ?? -Infinity) ? i : best), 0);
  expect([6, 8]).toContain(loudest);
  expect(trackOf(directing(), hit(6.35), clip)).toEqual(trackOf(directing(), { hits: [], level: [] }, clip));
});

test('what is read back stands on the clock of the source', () => {
  const clip = { start: 5, duration: 2 };
  const track = trackOf(directing(), { hits: [{ time: 6.1, strength: 0.5 }], level: [] }, clip);
  const { hits } = timingOf(directing(), track, clip, 0.5);
  expect(hits).toHaveLength(1);
  expect(Math.abs((hits[0]?.time ?? NaN) - 6.1)).toBeLessThan(0.03);
  expect(hits[0]?.strength).toBeCloseTo(0.5, 3);
});
