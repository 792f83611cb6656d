import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadEyes } from './eyes-files.ts';
import type { PackStorage } from './storage.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const GRAPH = 'a graph';
const WORDS = JSON.stringify({ schema: 1, groups: [{ name: 'dog', say: ['dog'], classes: { 2: 'beagle' } }] });
const entry = (file: string, text: string) => ({ file, bytes: text.length, sha256: hash(text) });
const curve = { slope: 1, offset: 0 };
const MANIFEST = JSON.stringify({
  ...{ schema: 1, name: 'test', licence: 'MIT', side: 8, classes: 5, saidAbove: 0.5 },
  graph: entry('eyes.onnx', GRAPH),
  words: entry('words.json', WORDS),
  certainty: { eyes: curve, tagger: curve },
});

function host(files: Record<string, string>) {
  const asked: string[] = [];
  const fetch = (url: string) => {
    asked.push(url);
    const text = files[url.replace('/eyes/', '')];
    return Promise.resolve(text === undefined ? new Response('', { status: 404 }) : new Response(text));
  };
  return { fetch, asked };
}

function memory(): PackStorage & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get: (key) => Promise.resolve(kept.get(key)),
    put: (key, bytes) => Promise.resolve(void kept.set(key, bytes)),
    drop: (key) => Promise.resolve(void kept.delete(key)),
    keepOnly: (keys) => Promise.resolve([...kept.keys()].forEach((key) => keys.has(key) || kept.delete(key))),
  };
}
const { signal } = new AbortController();

test('files are verified and stored, and fetched once', async () => {
  const storage = memory();
  storage.kept.set(hash('of before'), new Uint8Array());
  const first = host({ 'manifest.json': MANIFEST, 'eyes.onnx': GRAPH, 'words.json': WORDS });
  const eyes = await loadEyes('/eyes/', { signal, storage, fetch: first.fetch });
  expect(new TextDecoder().decode(eyes.graph)).toBe(GRAPH);
  expect(eyes.groups).toMatchObject([{ name: 'dog' }]);
  expect([...storage.kept.keys()].sort()).toEqual([hash(GRAPH), hash(WORDS)].sort());

  const second = host({ 'manifest.json': MANIFEST });
  expect((await loadEyes('/eyes/', { signal, storage, fetch: second.fetch })).groups).toEqual(eyes.groups);
  expect(second.asked).toEqual(['/eyes/manifest.json']);
});

test.each([
  ['pack-hash', { 'manifest.json': MANIFEST, 'eyes.onnx': 'another', 'words.json': WORDS }],
  ['pack-missing', { 'manifest.json': MANIFEST, 'words.json': WORDS }],
  ['pack-missing', {}],
])('what is wrong on the server is %s, and nothing bad is stored', async (code, files) => {
  const storage = memory();
  await expect(loadEyes('/eyes/', { signal, storage, fetch: host(files).fetch })).rejects.toMatchObject({ code });
  expect(storage.kept.has(hash('another'))).toBe(false);
});
