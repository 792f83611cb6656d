import { describe, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { ByteWriter } from './bytes.ts';
import { packSections, unpackSections } from './container.ts';
import { decodeShare, encodeShare } from './link.ts';
import { sharedTiming } from './sharer.ts';
import { randomFrom } from './testing/random.ts';
import { MAX_LINK_HITS, readTiming, writeTiming } from './timing-code.ts';
import type { Share } from './types.ts';

const share: Share = {
  title: '',
  recipe: {
    ...{ task: 'v2a', prompt: '', negative: '', seed: 1, steps: 8, guidanceText: 1, guidanceAv: 2 },
    ...{ packHash: '0'.repeat(16), sourceName: 'a.mp4', start: 0, seconds: 4 },
  },
  media: { kind: 'recipe' },
};

test('hits and levels come back to the millisecond and a sixty-fourth', () => {
  const random = randomFrom(3);
  for (let round = 0; round < 40; round++) {
    let at = 0;
    const next = () => (at += 0.0012 + random() * (round % 7));
    const timing = {
      hits: Array.from({ length: round * 3 }, () => ({ time: next(), strength: Math.max(0.004, random()) })),
      level: ((at = 0), Array.from({ length: round }, () => ({ time: next(), level: random() }))),
    };
    const read = readTiming(writeTiming(timing));
    expect(read.hits).toHaveLength(timing.hits.length);
    read.hits.forEach(({ time, strength }, i) => {
      expect(Math.abs(time - (timing.hits[i]?.time ?? 0))).toBeLessThanOrEqual(0.000501);
      expect(strength).toBeGreaterThan(0);
      expect(Math.abs(strength - (timing.hits[i]?.strength ?? 0))).toBeLessThanOrEqual(1 / 64);
    });
    read.level.forEach(({ time, level }, i) => {
      expect(Math.abs(time - (timing.level[i]?.time ?? 0))).toBeLessThanOrEqual(0.000501);
      expect(Math.abs(level - (timing.level[i]?.level ?? 0))).toBeLessThanOrEqual(1 / 126 + 1e-9);
    });
  }
});

test('twenty hits take no more than sixty bytes', () => {
  const hits = Array.from({ length: 20 }, (_, i) => ({ time: 0.3 + i * 0.47, strength: 0.8 }));
  expect(writeTiming({ hits, level: [] }).length).toBeLessThanOrEqual(60);
});

test('two hits of one millisecond are one', () => {
  const hits = [1, 1.0001, 1.0004, 2].map((time) => ({ time, strength: 1 }));
  expect(readTiming(writeTiming({ hits, level: [] })).hits.map(({ time }) => time)).toEqual([1, 2]);
});

describe('in a link', () => {
  const timing = { hits: [0.5, 1.25].map((time) => ({ time, strength: 0.75 })), level: [{ time: 3, level: 1 }] };

  test('they come back', async () => {
    expect(await decodeShare(await encodeShare({ ...share, timing }))).toEqual({ ...share, timing });
    const nothing = { ...share, timing: { hits: [], level: [] } };
    expect(await decodeShare(await encodeShare(nothing))).toEqual(nothing);
  });

  const bad = (bytes: Uint8Array) =>
    encodeShare(share).then(async (payload) => {
      const recipe = await recipeSection(payload);
      const packed = await packSections([recipe, { kind: 64, bytes }]);
      return decodeShare(toBase64Url(packed)).then(
        () => 'read',
        (error: unknown) => (error as { code: string }).code,
      );
    });

  test.each([
    ['more than there may be', new ByteWriter().number(MAX_LINK_HITS + 1).done()],
    ['beyond the longest file', new ByteWriter().number(1).number(1e9).byte(0).number(0).done()],
    ['two at one time', new ByteWriter().number(2).number(5).number(0).byte(0).byte(0).number(0).done()],
    ['cut', new ByteWriter().number(4).number(5).done()],
    ['none', new Uint8Array()],
  ])('hits that cannot be are refused: %s', async (_, bytes) => {
    expect(await bad(bytes)).toBe('link-damaged');
  });
});

test('a link takes the hits of its part, and of too many the strongest', () => {
  const hits = Array.from({ length: 2000 }, (_, i) => ({
    time: i * 0.01,
    strength: 0.1 + (i % 90) / 100,
    certainty: 1,
  }));
  const part = { start: 4, end: 6 };
  const few = sharedTiming({ timing: { hits, level: [] } }, part).timing?.hits ?? [];
  expect(few).toHaveLength(201);
  expect(few[0]).toEqual({ time: 4, strength: hits[400]?.strength });
  const most = sharedTiming({ timing: { hits, level: [] } }, { start: 0, end: 12 }).timing?.hits ?? [];
  expect(most.length).toBeLessThanOrEqual(MAX_LINK_HITS);
  expect(most.length).toBeGreaterThan(MAX_LINK_HITS - 30);
  expect(Math.min(...most.map(({ strength }) => strength))).toBeGreaterThan(0.4);
  expect(sharedTiming({ timing: undefined }, part)).toEqual({});
});

/** The first section of a share that is no more than its recipe. */
async function recipeSection(payload: string) {
  const [section] = await unpackSections(fromBase64Url(payload) ?? new Uint8Array(), 100_000);
  if (!section) throw new Error('There is no recipe.');
  return section;
}
