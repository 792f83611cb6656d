import { sha256 as digest } from 'hash-wasm';
import { describe, expect, test } from 'vitest';
import { testManifest } from './testing/manifest.ts';
import type { Fetch } from './fetch.ts';
import { readPackIndex } from './pack-index.ts';
import type { Manifest } from './manifest.ts';
import { loadPack, packFiles, type LoadPackOptions } from './pack.ts';
import type { PackStorage } from './storage.ts';
import { parseManifest } from './validate.ts';

const URL_OF_PACK = 'https://app.test/models/test/';

interface TestPack {
  readonly manifest: Manifest;
  readonly text: string;
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** A pack whose files hold pseudo-random bytes of different lengths. */
async function makePack(): Promise<TestPack> {
  const base = testManifest();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const describeFile = async (file: string, length: number) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) % 251);
    files.set(file, bytes);
    return { file, bytes: length, sha256: await digest(bytes) };
  };
  const graphs: Manifest['graphs'] = {};
  for (const [index, [name, graph]] of Object.entries(base.graphs).entries()) {
    graphs[name] = {
      ...graph,
      ...(await describeFile(graph.file, 100 + index)),
      ...(index % 2 ? { data: await describeFile(`${name}.data`, 3000 + index) } : {}),
    };
  }
  const manifest = { ...base, graphs, golden: { ...base.golden, ...(await describeFile('golden.bin', 40)) } };
  return { manifest, text: JSON.stringify(manifest), files };
}

class MemoryStorage implements PackStorage {
  readonly entries = new Map<string, Uint8Array>();
  putError: Error | undefined;
  get(sha: string) {
    return Promise.resolve(this.entries.get(sha));
  }
  put(sha: string, bytes: Uint8Array) {
    if (this.putError !== undefined) return Promise.reject(this.putError);
    this.entries.set(sha, bytes.slice());
    return Promise.resolve();
  }
  drop(sha: string) {
    this.entries.delete(sha);
    return Promise.resolve();
  }
  keepOnly(shas: ReadonlySet<string>) {
    for (const sha of this.entries.keys()) if (!shas.has(sha)) this.entries.delete(sha);
    return Promise.resolve();
  }
}

type Answer = () => Response | Promise<Response>;

/** A server of the pack. `faults` answer the first requests for a file; then it is served in small pieces. */
function serve(pack: TestPack, faults: Record<string, Answer[]> = {}) {
  const requests: string[] = [];
  let open = 0;
  const stats = { most: 0 };
  const fetch: Fetch = async (url, { signal }) => {
    const file = url.slice(URL_OF_PACK.length);
    requests.push(file);
    open++;
    stats.most = Math.max(stats.most, open);
    await new Promise((resolve) => setTimeout(resolve, 1));
    open--;
    signal?.throwIfAborted();
    const fault = faults[file]?.shift();
    if (fault) return fault();
    if (file === 'manifest.json') return new Response(pack.text, { headers: { 'content-type': 'application/json' } });
    const bytes = pack.files.get(file);
    return bytes ? inPieces(bytes) : new Response('no', { status: 404 });
  };
  return { fetch, requests, stats };
}

function inPieces(bytes: Uint8Array, breakAt = Infinity): Response {
  let at = 0;
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= breakAt) return controller.error(new TypeError('connection reset'));
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + 700));
        at += 700;
      },
    }),
  );
}

/** Reads the manifest and then loads what it names, as the engine does. */
async function load({ fetch, ...options }: Partial<LoadPackOptions> & { readonly fetch: Fetch }) {
  const signal = options.signal ?? new AbortController().signal;
  const index = await readPackIndex(URL_OF_PACK, { signal, fetch });
  return loadPack(URL_OF_PACK, index, { beside: () => Promise.resolve([]), storage: null, ...options, signal, fetch });
}
/** All that is asked for again when every file is stored. */
const MANIFESTS = ['manifest.json', 'variants.json'];
const html = () => new Response('<!DOCTYPE html><html></html>', { headers: { 'content-type': 'text/html' } });
const bareHtml = () => new Response('\n <!doctype HTML><html></html>');

test('a pack arrives whole, verified, identified by its manifest, at most four files at once', async () => {
  const pack = await makePack();
  const server = serve(pack);
  const loaded = await load({ fetch: server.fetch, storage: new MemoryStorage() });
  expect(loaded.hash).toBe(await digest(pack.text));
  expect(loaded.notices).toEqual([]);
  expect([...loaded.files.keys()].sort()).toEqual([...pack.files.keys()].sort());
  for (const [file, bytes] of pack.files) expect(loaded.files.get(file)).toEqual(bytes);
  expect(server.stats.most).toBe(4);
});

test('progress rises from 0 to a constant total, also through retries', async () => {
  const pack = await makePack();
  const broken = pack.files.get('video-0.data') ?? new Uint8Array();
  const total = packFiles(pack.manifest).reduce((sum, file) => sum + file.bytes, 0);
  const seen: number[] = [];
  const { fetch } = serve(pack, { 'video-0.data': [() => inPieces(broken, 1400)] });
  await load({
    fetch,
    onBytes: (loaded, all) => {
      expect(all).toBe(total);
      seen.push(loaded);
    },
  });
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBe(total);
  for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThan(seen[i - 1] ?? Infinity);
});

describe('storage', () => {
  test('a second visit asks for nothing but the manifest, and old files are dropped', async () => {
    const pack = await makePack();
    const storage = new MemoryStorage();
    storage.entries.set('old', new Uint8Array(1));
    await load({ fetch: serve(pack).fetch, storage });
    expect(storage.entries.has('old')).toBe(false);
    const again = serve(pack);
    const seen: number[] = [];
    const loaded = await load({ fetch: again.fetch, storage, onBytes: (bytes) => seen.push(bytes) });
    expect(again.requests).toEqual(MANIFESTS);
    expect(loaded.files.size).toBe(pack.files.size);
    expect(seen.at(-1)).toBe([...pack.files.values()].reduce((sum, bytes) => sum + bytes.length, 0));
  });

  test('a part leaves the rest of the pack stored, and what is in hand is not asked for again', async () => {
    const pack = await makePack();
    const storage = new MemoryStorage();
    await load({ fetch: serve(pack).fetch, storage });
    const all = storage.entries.size;
    const part = await load({ fetch: serve(pack).fetch, storage, wanted: packFiles(pack.manifest, 'sound-decoder') });
    expect(storage.entries.size).toBe(all);
    expect(part.files.size).toBeLessThan(pack.files.size);
    const inHand = new Map(
      packFiles(pack.manifest, 'sound-decoder').map(({ file, sha256 }) => [sha256, part.files.get(file)!] as const),
    );
    const whole = serve(pack);
    const seen: number[] = [];
    const loaded = await load({ fetch: whole.fetch, inHand, onBytes: (bytes) => seen.push(bytes) });
    for (const file of part.files.keys()) expect(whole.requests).not.toContain(file);
    for (const [file, bytes] of pack.files) expect(loaded.files.get(file)).toEqual(bytes);
    expect(seen.at(-1)).toBe([...pack.files.values()].reduce((sum, bytes) => sum + bytes.length, 0));
  });

  test('a damaged entry is dropped and fetched once more', async () => {
    const pack = await makePack();
    const storage = new MemoryStorage();
    await load({ fetch: serve(pack).fetch, storage });
    const sha = pack.manifest.graphs['text']?.sha256 ?? '';
    storage.entries.set(sha, Uint8Array.of(1, 2, 3));
    const again = serve(pack);
    const loaded = await load({ fetch: again.fetch, storage });
    expect(again.requests).toEqual([...MANIFESTS, 'text.onnx']);
    expect(loaded.files.get('text.onnx')).toEqual(pack.files.get('text.onnx'));
    expect(storage.entries.get(sha)).toEqual(pack.files.get('text.onnx'));
  });

  test('a damaged download never gets there', async () => {
    const pack = await makePack();
    const storage = new MemoryStorage();
    const wrong = () => new Response(new Uint8Array(100));
    const server = serve(pack, { 'text.onnx': [wrong, wrong] });
    await expect(load({ fetch: server.fetch, storage })).rejects.toMatchObject({ code: 'pack-hash' });
    expect(storage.entries.has(pack.manifest.graphs['text']?.sha256 ?? '')).toBe(false);
    // What did arrive is kept for the next try.
    expect(storage.entries.size).toBeGreaterThan(0);
  });

  test.each([
    ['no room', new DOMException('full', 'QuotaExceededError'), /no room/],
    ['refusal', new Error('not allowed'), /would not store.*not allowed/],
  ])('%s: the pack loads all the same, with one notice', async (_, putError, notice) => {
    const storage = new MemoryStorage();
    storage.putError = putError;
    const loaded = await load({ fetch: serve(await makePack()).fetch, storage });
    expect(loaded.notices).toHaveLength(1);
    expect(loaded.notices[0]?.message).toMatch(notice);
  });

  test('none at all: a notice', async () => {
    const loaded = await load({ fetch: serve(await makePack()).fetch });
    expect(loaded.notices[0]?.code).toBe('no-storage');
  });
});

describe('failures', () => {
  const text = 'text.onnx';
  const offline = () => Promise.reject(new TypeError('fetch failed'));
  const server503 = () => new Response('', { status: 503 });
  const wrong = () => new Response(new Uint8Array(100));

  test.each<[string, Record<string, Answer[]>, string]>([
    ['no manifest', { 'manifest.json': [() => new Response('', { status: 404 })] }, 'pack-missing'],
    ['a start page for a manifest', { 'manifest.json': [html] }, 'pack-html'],
    ['a start page without its type', { 'manifest.json': [bareHtml] }, 'pack-html'],
    ['no JSON', { 'manifest.json': [() => new Response('{"schema":')] }, 'pack-invalid'],
    ['a manifest of another schema', { 'manifest.json': [() => new Response('{"schema":2}')] }, 'pack-invalid'],
    ['a file that is not there', { [text]: [() => new Response('', { status: 404 })] }, 'pack-missing'],
    ['a start page for a file', { [text]: [html] }, 'pack-html'],
    ['a page for a file without its type', { [text]: [bareHtml] }, 'pack-html'],
    ['offline twice', { [text]: [offline, offline] }, 'pack-network'],
    ['a server that stays down', { [text]: [server503, server503] }, 'pack-network'],
    ['damaged twice', { [text]: [wrong, wrong] }, 'pack-hash'],
  ])('%s', async (_, faults, code) => {
    const error = await load({ fetch: serve(await makePack(), faults).fetch }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'AppError', code });
    expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
  });

  test.each<[string, Answer]>([
    ['offline once', offline],
    ['a server down once', server503],
    ['damaged once', wrong],
  ])('%s is overcome', async (_, fault) => {
    await load({
      fetch: serve(await makePack(), { [text]: [fault], 'manifest.json': fault === wrong ? [] : [fault] }).fetch,
    });
  });

  test('an abort stops the downloads', async () => {
    const pack = await makePack();
    const abort = new AbortController();
    const server = serve(pack);
    const loading = load({
      fetch: server.fetch,
      signal: abort.signal,
      onBytes: (loaded) => {
        if (loaded > 5000) abort.abort();
      },
    });
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
    const asked = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.requests.length).toBe(asked);
    expect(asked).toBeLessThan(pack.files.size);
  });
});

describe('manifest', () => {
  const parse = (change: (manifest: Manifest) => void) => {
    const manifest = structuredClone(testManifest());
    change(manifest);
    return () => parseManifest(JSON.stringify(manifest));
  };

  test('the test manifest is valid', () => {
    expect(parse(() => undefined)()).toEqual(testManifest());
  });

  test.each<[string, (manifest: Manifest) => void, RegExp]>([
    ['a role without its graph', (m) => (m.roles.text = 'gone'), /no graph "gone"/],
    ['a golden case without its graph', (m) => m.golden.cases.push({ graph: 'x', inputs: {}, outputs: {} }), /"x"/],
    ['audio latents off', (m) => (m.grid.audioLatents = 9), /audio latents/],
    ['frames off', (m) => (m.grid.fps = 9), /frames/],
    ['video latents off', (m) => (m.grid.videoLatents = 5), /video latents/],
    ['too many blocks', (m) => m.fusionSets[0]?.blocks.push('fusion-0', 'fusion-0'), /more blocks/],
    ['a synonym of nothing', (m) => (m.text.synonyms['a'] = 'b'), /unknown "b"/],
    ['a path for a file name', (m) => (m.golden.file = '../x'), /golden\.file/],
    ['no steps', (m) => (m.sampler.v2a.steps = 0), /sampler\.v2a\.steps/],
  ])('%s is refused', (_, change, message) => {
    expect(parse(change)).toThrow(message);
  });
});
