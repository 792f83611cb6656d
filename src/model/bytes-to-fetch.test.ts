import { afterEach, expect, test, vi } from 'vitest';
import { testManifest } from './testing/manifest.ts';
import { packFiles } from './files.ts';
import { packNeed, programNeed } from './bytes-to-fetch.ts';

const BASE = 'https://host/app/';
const manifest = testManifest();
// Every file of the test pack has its own content here, so that some can be stored and others not.
for (const [index, graph] of Object.values(manifest.graphs).entries()) {
  Object.assign(graph, { sha256: (index + 1).toString(16).padStart(64, '0'), bytes: 1000 + index });
}
const files = packFiles(manifest);
const total = files.reduce((sum, { bytes }) => sum + bytes, 0);

/** A browser that stores these. */
function browserWith(urls: readonly string[] | Error): void {
  vi.stubGlobal('location', { origin: 'https://host' });
  const refuse = urls instanceof Error ? () => Promise.reject(urls) : undefined;
  const known = urls instanceof Error ? [] : urls;
  vi.stubGlobal('caches', {
    open: refuse ?? (() => Promise.resolve({ keys: () => Promise.resolve(known.map((url) => ({ url }))) })),
    match: refuse ?? ((url: string) => Promise.resolve(known.includes(url) ? {} : undefined)),
  });
}
afterEach(() => vi.unstubAllGlobals());

test('what of the pack is stored is not fetched again', async () => {
  const [first, second] = files;
  browserWith([first, second].map((file) => `https://host/.model-pack/${file?.sha256}`));
  const here = (first?.bytes ?? NaN) + (second?.bytes ?? NaN);
  expect(await packNeed(manifest)).toEqual({ here, missing: total - here });
});

test('programs are looked up where the app lives', async () => {
  browserWith([`${BASE}assets/ort.wasm`]);
  const programs = [
    { file: 'assets/ort.wasm', bytes: 7 },
    { file: 'assets/ffmpeg.wasm', bytes: 5 },
  ];
  expect(await programNeed(programs, BASE)).toEqual({ here: 7, missing: 5 });
});

test.each([
  ['a browser that refuses to say', new Error('private')],
  ['an empty one', []],
])('%s: everything is to be fetched', async (_, urls) => {
  browserWith(urls);
  expect(await packNeed(manifest)).toEqual({ here: 0, missing: total });
  expect(await programNeed([{ file: 'a', bytes: 3 }], BASE)).toEqual({ here: 0, missing: 3 });
});
