import { describe, expect, it } from 'vitest';
import { fromBase64Url } from '../base64url.ts';
import type { ShareRecipe } from '../types.ts';
import { hostingFrom, originsOf } from './hosting.ts';
import { hostedUrl, readHostedLink } from './link.ts';
import { seal, unseal } from './sealed.ts';

const recipe: ShareRecipe = {
  ...{ task: 'v2a', prompt: '망치', negative: '', seed: 7, steps: 8, guidanceText: 1, guidanceAv: 2 },
  ...{ packHash: 'a'.repeat(16), sourceName: 'x.mp4', start: 0, seconds: 60 },
};
const mp4 = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
const result = { title: 'T', recipe, mp4 };

describe('a sealed result', () => {
  it('comes back whole with its key, however long it is', async () => {
    const sealed = await seal(result);
    expect(await unseal(sealed)).toEqual(result);
  });

  it('tells the store nothing but its size', async () => {
    const first = await seal(result);
    const second = await seal(result);
    expect(first.key).not.toEqual(second.key);
    expect(first.bytes).not.toEqual(second.bytes);
    const text = new TextDecoder('latin1').decode(first.bytes);
    expect(text).not.toContain('x.mp4');
    expect(text).not.toContain('packHash');
  });

  it('is refused with another key, changed, cut, empty or from a later version', async () => {
    const { key, bytes } = await seal(result);
    const other = (await seal(result)).key;
    const changed = bytes.slice();
    changed[40] = (changed[40] ?? 0) ^ 1;
    const later = bytes.slice();
    later[0] = 2;
    for (const [bad, code] of [
      [{ key: other, bytes }, 'link-damaged'],
      [{ key, bytes: changed }, 'link-damaged'],
      [{ key, bytes: bytes.slice(0, 100) }, 'link-damaged'],
      [{ key, bytes: new Uint8Array() }, 'link-damaged'],
      [{ key, bytes: later }, 'link-version'],
    ] as const) {
      await expect(unseal(bad)).rejects.toMatchObject({ code });
    }
  });

  it('is not made of what its reader would refuse', async () => {
    await expect(seal({ ...result, recipe: { ...recipe, seconds: 601 } })).rejects.toThrow();
  });
});

// Files lie in stores, and links in chats, longer than a version of the app: these were made by version 1.
describe('what earlier versions made', () => {
  const FILE =
    'ASn6kKSAa-wxoJfkCS4DCMVzMAhm4MjYoH35LH6fQP1E9kEgELIkNqx3h7rzkTjSN9mNDaKHQZBoFKTycSGlPrOGW1Vih7Bempnhh8Y-GPD1DMqTTOy1SC-EQQZT5jZOLNx3s2PAzTaiRF41uxEJEAEjMVr2gIrvSKp65IMGah_nNYUCj8HTQVauezETUuznUFoSBzHW6GipZ6XIr738rrj0q7la2FMR43b5Os5PSGMDovDoPs9Rm7br-etUdfGCafk5mJjSmuIuFxVlc2kYcD9yMXiGbLDWmJE';
  const KEY = '2Os-PJdXNNyHuU3gCstTE_3GC9ZKLc9SrJJXS0zpsKk';
  const HASH = '#h-AQCzP3EAASNFZ4mrze8BI0VniavN7__-_fz7-vn49_b19PPy8fDv7u3s6-rp6Ofm5eTj4uHg';

  it('is still read', async () => {
    const bytes = Uint8Array.from(fromBase64Url(FILE) ?? []);
    const key = fromBase64Url(KEY) ?? new Uint8Array();
    expect(await unseal({ key, bytes })).toEqual({ ...result, mp4: Uint8Array.of(1, 2, 3) });
    const name = '0123456789abcdef0123456789abcdef';
    expect(readHostedLink(HASH)).toMatchObject({ name, expires: 1_900_000_000 });
  });
});

describe('a hosted link', () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
  const link = { name: '0123456789abcdef0123456789abcdef', key, expires: 1_900_000_000 };
  const url = hostedUrl('https://app.example/?pack=x#old', link);
  const hash = new URL(url).hash;

  it('holds name, key and time in a few characters', () => {
    expect(url).toMatch(/^https:\/\/app\.example\/\?pack=x#h-[A-Za-z0-9_-]{72}$/);
    expect(readHostedLink(hash)).toEqual(link);
    expect(readHostedLink(`${hash}.`)).toEqual(link);
  });

  it('is told from other fragments, and from a cut or a later one', () => {
    expect(readHostedLink('')).toBeUndefined();
    expect(readHostedLink('#s-abc')).toBeUndefined();
    const codeOf = (hash: string) => {
      try {
        readHostedLink(hash);
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return undefined;
    };
    expect(codeOf(hash.slice(0, 30))).toBe('link-truncated');
    expect(codeOf(`#h-Ag${hash.slice(5)}`)).toBe('link-version');
    expect(codeOf(`#h-zz${hash.slice(5)}`)).toBe('link-damaged');
    expect(codeOf(`${hash}AAAA`)).toBe('link-damaged');
  });
});

describe('the configuration of the build', () => {
  const whole = {
    VITE_HOSTED_SIGNER: 'https://sign.example/a',
    VITE_HOSTED_STORE: 'https://s3.example/bucket/',
    VITE_HOSTED_DAYS: '7',
  };

  it('is off unless it is there', () => {
    expect(hostingFrom({})).toBeUndefined();
    expect(hostingFrom({ VITE_HOSTED_SIGNER: '' })).toBeUndefined();
  });

  it('names the origins that may be reached', () => {
    const hosting = hostingFrom(whole);
    expect(hosting).toEqual({ signer: 'https://sign.example/a', store: 'https://s3.example/bucket', days: 7 });
    expect(hosting && originsOf(hosting)).toEqual(['https://sign.example', 'https://s3.example']);
  });

  it('is refused when half of it is missing or no sense', () => {
    expect(() => hostingFrom({ ...whole, VITE_HOSTED_STORE: undefined })).toThrow(RangeError);
    expect(() => hostingFrom({ ...whole, VITE_HOSTED_DAYS: 'soon' })).toThrow(RangeError);
    expect(() => hostingFrom({ ...whole, VITE_HOSTED_SIGNER: 'nowhere' })).toThrow(TypeError);
  });
});
