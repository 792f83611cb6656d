import { describe, expect, test } from 'vitest';
import { bestSpan, SHARE_SECONDS } from './best-span.ts';
import { composeSketch, drawPicture, sketchRate, sketchSize, soundLatents } from './sketch.ts';
import { encodeShare, shareUrl } from './link.ts';
import { checkClip } from './mp4-facts.ts';
import { randomFrom } from './testing/random.ts';
import { cutBy, DEFAULT_TIER, payloadBytes, TIER_CHARACTERS } from './tiers.ts';
import type { ShareRecipe } from './types.ts';

describe('the part that is shared', () => {
  test('is everything when that is short', () => {
    expect(bestSpan(4.3, [1])).toEqual({ start: 0, end: 4.3 });
  });
  test('is where most happens, begun a moment before', () => {
    const span = bestSpan(30, [1, 12, 13, 14, 15, 27]);
    expect(span.start).toBeCloseTo(11.85);
    expect(span.end - span.start).toBeCloseTo(SHARE_SECONDS);
  });
  test('stays within the result, and begins at 0 when nothing happens', () => {
    expect(bestSpan(10, [9, 9.5]).end).toBeLessThanOrEqual(10);
    expect(bestSpan(10, []).start).toBe(0);
  });
});

describe('lengths', () => {
  test('what cuts a link of a length', () => {
    expect(cutBy(TIER_CHARACTERS[DEFAULT_TIER])).toEqual([]);
    expect(cutBy(16_000).map(({ where }) => where)).toEqual([
      ...['discord', 'messenger', 'signal', 'qr', 'telegram', 'whatsapp', 'line'],
    ]);
  });
  test('bytes left beside the address of the page', () => {
    expect(payloadBytes('https://example.org/#top', 1800)).toBe(Math.floor(((1800 - 20 - 3) * 3) / 4));
  });
});

describe('sketches', () => {
  const random = randomFrom(3);
  const page = 'https://example.org/some/where/';
  const recipe: ShareRecipe = {
    task: 'v2a',
    prompt: '',
    negative: '',
    seed: 5,
    steps: 8,
    guidanceText: 1,
    guidanceAv: 2,
    packHash: '0123456789abcdef',
    sourceName: 'a.mp4',
    start: 0,
    seconds: 4.096,
  };
  const latents = {
    values: Float32Array.from({ length: 128 * 32 }, () => 1.5 * (random() - 0.5)),
    count: 128,
    channels: 32,
  };
  const size = sketchSize(1920, 1080);
  const frames = 32;
  const rgb = Uint8Array.from({ length: frames * size.width * size.height * 3 }, (_, i) => 80 + ((i >> 4) % 90));
  const picture = { rgb, frames, ...size };
  const lengthOf = async (share: Awaited<ReturnType<typeof composeSketch>>) =>
    shareUrl(page, await encodeShare(share)).length;

  test('keep to their length, whatever is in them', async () => {
    for (const characters of [1200, 1800, 2500]) {
      const share = await composeSketch(page, { recipe, title: 'Door' }, latents, picture, characters);
      expect(await lengthOf(share)).toBeLessThanOrEqual(characters);
    }
  });

  test('give up the picture first, then the sound', async () => {
    const kindAt = async (characters: number) => {
      const { media } = await composeSketch(page, { recipe, title: 'Door' }, latents, picture, characters);
      return media.kind === 'sketch' ? (media.picture ? 'both' : 'sound') : media.kind;
    };
    const kinds: string[] = [];
    for (let characters = 1500; characters >= 100 && kinds.at(-1) !== 'recipe'; characters -= 75) {
      const kind = await kindAt(characters);
      if (kind !== kinds.at(-1)) kinds.push(kind);
    }
    expect(kinds).toEqual(['both', 'sound', 'recipe']);
  });

  test('are heard and seen again', async () => {
    const { media } = await composeSketch(page, { recipe, title: '' }, latents, picture, 4000);
    if (media.kind !== 'sketch' || !media.picture) throw new Error('no sketch');
    const back = soundLatents(media.sound);
    expect(Math.max(...back.map((value, i) => Math.abs(value - (latents.values[i] ?? 0))))).toBeLessThan(
      media.sound.step / 64,
    );
    expect(drawPicture(media.picture, 10, 128, 72).length).toBe(10 * 128 * 72 * 3);
  });

  test('shapes are multiples of 4 and rates keep long ones within bounds', () => {
    expect(sketchSize(1080, 1920)).toEqual({ width: 36, height: 64 });
    expect(sketchSize(100, 3000)).toEqual({ width: 8, height: 64 });
    expect(sketchRate(4)).toBe(8);
    expect(sketchRate(12)).toBe(8);
  });
});

describe('clips from links', () => {
  const box = (type: string, ...parts: Uint8Array[]) => {
    const size = 8 + parts.reduce((sum, part) => sum + part.length, 0);
    const out = new Uint8Array(size);
    new DataView(out.buffer).setUint32(0, size);
    out.set(new TextEncoder().encode(type), 4);
    let at = 8;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  const words = (length: number, values: Readonly<Record<number, number>>) => {
    const view = new DataView(new ArrayBuffer(length));
    for (const [at, value] of Object.entries(values)) view.setUint32(Number(at), value);
    return new Uint8Array(view.buffer);
  };
  const mp4 = (seconds: number, width: number) => {
    const header = box('mvhd', words(100, { 12: 1000, 16: seconds * 1000 }));
    const track = box('trak', box('tkhd', words(84, { 76: width << 16, 80: 90 << 16 })));
    return new Uint8Array([...box('ftyp', new Uint8Array(8)), ...box('moov', header, track)]);
  };

  test('short and small ones pass', () => {
    expect(() => checkClip(mp4(4, 160))).not.toThrow();
  });
  test('long or large ones do not', () => {
    expect(() => checkClip(mp4(3600, 160))).toThrow(/3600 s long/);
    expect(() => checkClip(mp4(4, 8000))).toThrow(/8000 × 90/);
  });
  test('what is no clip does not', () => {
    const good = mp4(4, 160);
    expect(() => checkClip(new Uint8Array())).toThrow(/not an MP4/);
    expect(() => checkClip(good.subarray(0, good.length - 3))).toThrow(/broken off/);
    expect(() => checkClip(new Uint8Array([...good, ...box('moof')]))).toThrow(/pieces/);
    expect(() => checkClip(box('ftyp'))).toThrow(/table of contents/);
  });
});
