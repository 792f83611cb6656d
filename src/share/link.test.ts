import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { packSections, VERSION } from './container.ts';
import { deflate, inflate } from './deflate.ts';
import { decodeShare, encodeShare, payloadOf, shareUrl } from './link.ts';
import golden from './testing/golden.json' with { type: 'json' };
import { randomFrom } from './testing/random.ts';
import type { Share } from './types.ts';

const share: Share = {
  title: 'Türen & <b>Töne</b> 문',
  recipe: {
    task: 'a2v',
    prompt: 'a hammer on wood',
    negative: 'rain',
    seed: 2 ** 52 + 3,
    steps: 8,
    guidanceText: 1.25,
    guidanceAv: 6,
    packHash: '0123456789abcdef',
    sourceName: 'door "slam".mp4',
    start: 12.345,
    seconds: 4.096,
  },
  media: {
    kind: 'sketch',
    sound: {
      count: 128,
      channels: 32,
      step: 32,
      gain: -9,
      data: Uint8Array.from({ length: 300 }, (_, i) => (i * 97) % 256),
    },
    picture: { frames: 32, width: 64, height: 36, quantizer: 60, data: Uint8Array.from([1, 2, 3, 250]) },
  },
};

const codeOf = (payload: string) =>
  decodeShare(payload).then(
    () => 'read',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

test('a share comes back as it was, in a link of harmless characters', async () => {
  const payload = await encodeShare(share);
  expect(payload).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(await decodeShare(payload)).toEqual(share);
  const url = shareUrl('https://example.org/app/#old', payload);
  expect(url).toBe(`https://example.org/app/#s-${payload}`);
  expect(payloadOf(new URL(url).hash)).toBe(payload);
});

test('shares of every kind and odd texts come back', async () => {
  const random = randomFrom(8);
  const whole = (most: number) => Math.floor(random() * most);
  const text = (longest: number) =>
    String.fromCodePoint(
      ...Array.from({ length: whole(longest) }, () => [60, 38, 0x1f941, 0xac00, 0x202e][whole(5)] ?? 65),
    );
  for (let k = 0; k < 60; k++) {
    const recipe = {
      ...share.recipe,
      prompt: text(300),
      sourceName: text(90),
      seed: whole(2 ** 32),
      start: whole(9000) / 1000,
    };
    const media = k % 2 === 0 ? share.media : ({ kind: 'recipe' } as const);
    const odd: Share = { title: text(50), recipe, media };
    expect(await decodeShare(await encodeShare(odd))).toEqual(odd);
  }
});

test('what must not be in a link is not written either', async () => {
  for (const change of [{ seconds: 13 }, { seed: -1 }, { packHash: 'x' }, { prompt: 'a'.repeat(2000) }]) {
    await expect(encodeShare({ ...share, recipe: { ...share.recipe, ...change } })).rejects.toThrow();
  }
});

describe('bad links', () => {
  test('a link cut anywhere is known to be cut', async () => {
    const payload = await encodeShare(share);
    for (let length = 0; length < payload.length - 1; length += 1) {
      expect([length, await codeOf(payload.slice(0, length))]).toEqual([length, 'link-truncated']);
    }
    await expect(decodeShare(payload.slice(0, payload.length >> 1))).rejects.toThrow(/cut off: 4\d %|cut off: 50 %/);
  });

  test('a link with any character changed is never taken for whole', async () => {
    const payload = await encodeShare(share);
    for (let at = 0; at < payload.length - 1; at++) {
      const other = payload[at] === 'A' ? 'B' : 'A';
      const code = await codeOf(payload.slice(0, at) + other + payload.slice(at + 1));
      expect(['link-damaged', 'link-truncated', 'link-version']).toContain(code);
    }
  });

  test('white space of mail programs and text behind the link do no harm', async () => {
    const payload = await encodeShare(share);
    const wrapped = payload.replace(/.{60}/g, '$&%0A');
    for (const hash of [`#s-${wrapped}`, `#s-${payload}).`, `#s-${payload}%3E`]) {
      expect(await decodeShare(payloadOf(hash) ?? '')).toEqual(share);
    }
    expect(await codeOf(`${payload}Bye`)).toBe('read');
    for (const hash of ['', '#', '#top', '#x-s-']) expect(payloadOf(hash)).toBeUndefined();
  });

  test.each(['', '!', 'hello world', '<script>', 'ä', '../../etc', 'AAAAAAAAAAAAAAAA', '_'.repeat(500)])(
    'foreign text %j is refused',
    async (text) => {
      expect(await codeOf(text)).toMatch(/^link-(damaged|truncated)$/);
    },
  );

  test('a link of a later version says so', async () => {
    const bytes = fromBase64Url(await encodeShare(share)) ?? new Uint8Array();
    bytes[0] = VERSION + 1;
    expect(await codeOf(toBase64Url(bytes))).toBe('link-version');
    // A part that has to be understood and is not.
    const recipe = await packSections([{ kind: 60, bytes: new Uint8Array(3) }]);
    expect(await codeOf(toBase64Url(recipe))).toBe('link-version');
  });

  test('parts that may be passed over are passed over', async () => {
    const { media: _, ...rest } = share;
    const bare: Share = { ...rest, media: { kind: 'recipe' } };
    const bytes = fromBase64Url(await encodeShare(bare)) ?? new Uint8Array();
    // Header of 6 bytes, then kind and length of the recipe.
    const body = bytes.slice(6);
    const deflated = (body[0] ?? 0) >= 128;
    const recipe = deflated ? await inflate(body.slice(2), 1000) : body.slice(2);
    const packed = await packSections([
      { kind: 1, bytes: recipe },
      { kind: 90, bytes: Uint8Array.of(1, 2) },
    ]);
    expect(await decodeShare(toBase64Url(packed))).toEqual(bare);
  });

  test('a part that unpacks without end is stopped', async () => {
    const bomb = await deflate(new Uint8Array(30_000_000));
    expect(bomb.length).toBeLessThan(40_000);
    await expect(inflate(bomb, 100_000)).rejects.toMatchObject({ code: 'link-too-large' });
    const packed = await packSections([{ kind: 2, bytes: new Uint8Array(30_000_000) }]);
    expect(packed.length).toBeLessThan(60_000);
    expect(await codeOf(toBase64Url(packed))).toBe('link-too-large');
  });

  test('text longer than any link is not even looked at', async () => {
    expect(await codeOf('A'.repeat(3_000_000))).toBe('link-too-large');
  });
});

describe('golden links of every version stay readable', () => {
  test.each(golden)('$name', async ({ payload, title, recipe, timing, kind, bytes }) => {
    const read = await decodeShare(payload);
    expect({ title: read.title, recipe: read.recipe, timing: read.timing }).toEqual({ title, recipe, timing });
    expect(read.media.kind).toBe(kind);
    const { media } = read;
    const got = media.kind === 'clip' ? media.mp4.length : media.kind === 'sketch' ? media.sound.data.length : 0;
    expect(got).toBe(bytes);
  });
});
