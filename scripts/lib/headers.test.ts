/** The files for other servers say what headers.mjs says, and the build's own server sends it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compressFolder } from './compress.mjs';
import { CACHE_HASHED, commonHeaders, headersFor, policyOf } from './headers.mjs';
import { caddyfile, netlifyHeaders, nginxConf } from './host-files.mjs';
import { serve } from './serve.mjs';
import { prepareForHosts } from './site.mjs';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const policy = policyOf(read('index.html'));

test('the files in deploy/ are those that npm run deploy:files writes', () => {
  expect(read('deploy/Caddyfile')).toBe(caddyfile(policy));
  expect(read('deploy/nginx.conf')).toBe(nginxConf(policy));
});

test('both pages have the same policy', () => {
  expect(policyOf(read('embed.html'))).toBe(policy);
  expect(() => policyOf('<html></html>')).toThrow('no Content-Security-Policy');
});

test('every file names every header', () => {
  const files = [caddyfile(policy), nginxConf(policy), netlifyHeaders(policy)];
  for (const [name, value] of Object.entries(commonHeaders(policy))) {
    for (const file of files)
      expect(file).toMatch(new RegExp(`${name}:? "?${value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  }
});

test('_headers: one rule for each header of a path, because hosts join the values of two', () => {
  const text = netlifyHeaders(policy, ['assets/large-1.wasm']);
  const rules = text.split('\n\n').map((rule) =>
    rule
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  );
  const matching = (path: string) =>
    rules
      .filter(([pattern = '']) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern))
      .flatMap(([, ...lines]) => lines);
  for (const path of ['/', '/sw.js', '/assets/a-1.js', '/models/mini/manifest.json', '/assets/large-1.wasm']) {
    const names = matching(path).map((line) => line.split(':')[0]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('Content-Security-Policy');
  }
  expect(matching('/assets/a-1.js')).toContain(`Cache-Control: ${CACHE_HASHED}`);
  expect(matching('/assets/large-1.wasm')).toContain('Content-Encoding: br');
  // Cloudflare cuts longer lines off.
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(2000);
});

describe('a build that is served', () => {
  const text = 'a line that comes again and again\n'.repeat(2000);
  const noise = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * index * 2654435761) >>> 16));
  let folder: string;
  let site: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'served-'));
    const dist = join(folder, 'dist');
    for (const sub of ['assets', 'models/mini', 'samples']) mkdirSync(join(dist, sub), { recursive: true });
    writeFileSync(join(dist, 'index.html'), read('index.html'));
    writeFileSync(join(dist, 'assets/app-1.js'), text);
    writeFileSync(join(dist, 'assets/small-1.js'), 'small '.repeat(1000));
    writeFileSync(join(dist, 'models/mini/graph.onnx'), text);
    writeFileSync(join(dist, 'models/mini/noise.bin'), noise);
    writeFileSync(join(dist, 'samples/a.mp4'), text);
    const options = { cache: join(folder, 'cache'), quality: 5 };
    const files = await compressFolder(dist, options);
    // Neither what is small, nor what does not shrink, nor what players read in parts.
    expect(files.map(({ file }) => file).sort()).toEqual(['assets/app-1.js', 'models/mini/graph.onnx']);
    // From the cache, the second time: the content is the same.
    expect(await compressFolder(dist, options)).toEqual(files);
    site = await serve({ folder: dist, port: 0 });
  });

  afterAll(async () => {
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Answer {
    readonly response: IncomingMessage;
    readonly body: Buffer;
  }

  /** As it comes over the wire: fetch() would decode it. */
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<Answer>((resolve, reject) => {
      request(new URL(path, site.url), { headers, method }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ response, body: Buffer.concat(parts) }));
        response.on('error', reject);
      })
        .on('error', reject)
        .end();
    });

  test.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['identity', undefined, (body: Buffer) => body],
  ])('Accept-Encoding: %s', async (accepted, encoding, decode) => {
    for (const path of ['assets/app-1.js', 'models/mini/graph.onnx']) {
      const { response, body } = await get(path, { 'Accept-Encoding': accepted });
      expect(response.statusCode).toBe(200);
      expect(response.headers['content-encoding']).toBe(encoding);
      expect(response.headers.vary).toBe('Accept-Encoding');
      expect(response.headers['content-length']).toBe(String(body.length));
      expect(decode(body).toString()).toBe(text);
    }
  });

  test.each([
    ['', 'text/html;charset=utf-8'],
    ['assets/app-1.js', 'text/javascript'],
    ['models/mini/graph.onnx', 'application/octet-stream'],
    ['models/mini/noise.bin', 'application/octet-stream'],
    ['samples/a.mp4', 'video/mp4'],
  ])('the type and the headers of /%s', async (path, type) => {
    const { response } = await get(path, { 'Accept-Encoding': 'br' });
    expect(response.headers['content-type']).toBe(type);
    for (const [name, value] of Object.entries(headersFor(path, policy))) {
      expect(response.headers[name.toLowerCase()]).toBe(value);
    }
  });

  test('what has not changed is not sent again', async () => {
    const first = await get('assets/app-1.js', { 'Accept-Encoding': 'br' });
    const tag = first.response.headers.etag ?? '';
    const again = await get('assets/app-1.js', { 'Accept-Encoding': 'br', 'If-None-Match': tag });
    expect(again.response.statusCode).toBe(304);
    expect(again.body.length).toBe(0);
    // Another content under another encoding.
    const plain = await get('assets/app-1.js', { 'If-None-Match': tag });
    expect(plain.response.statusCode).toBe(200);
  });

  test('a part of a file', async () => {
    const { response, body } = await get('samples/a.mp4', { Range: 'bytes=2-5' });
    expect(response.statusCode).toBe(206);
    expect(response.headers['content-range']).toBe(`bytes 2-5/${text.length}`);
    expect(body.toString()).toBe(text.slice(2, 6));
    expect((await get('samples/a.mp4', { Range: `bytes=${text.length}-` })).response.statusCode).toBe(416);
  });

  test('no page in place of a missing file, and nothing but reading', async () => {
    expect((await get('models/none/manifest.json')).response.statusCode).toBe(404);
    expect((await get('../cache')).response.statusCode).toBe(404);
    expect((await get('', {}, 'POST')).response.statusCode).toBe(405);
    expect((await get('', {}, 'HEAD')).response.statusCode).toBe(200);
  });

  test('for a host with a limit a large file lies there compressed, and _headers says so', async () => {
    const dist = join(folder, 'limited');
    mkdirSync(join(dist, 'assets'), { recursive: true });
    writeFileSync(join(dist, 'index.html'), read('index.html'));
    writeFileSync(join(dist, 'assets/large-1.wasm'), text);
    const options = { cache: join(folder, 'limited-cache'), quality: 5, largest: 50_000 };
    await prepareForHosts(dist, options);
    expect(brotliDecompressSync(readFileSync(join(dist, 'assets/large-1.wasm'))).toString()).toBe(text);
    expect(existsSync(join(dist, 'assets/large-1.wasm.br'))).toBe(false);
    expect(readFileSync(join(dist, '_headers'), 'utf8')).toContain('/assets/large-1.wasm\n  Content-Encoding: br');
    await expect(prepareForHosts(dist, { ...options, largest: 100 })).rejects.toThrow(/bytes, and the host takes 100/);
  });

  test('a new build in its place is served at once', async () => {
    const dist = join(folder, 'dist');
    writeFileSync(join(dist, 'added.txt'), 'new');
    expect((await get('added.txt')).body.toString()).toBe('new');
  });
});
