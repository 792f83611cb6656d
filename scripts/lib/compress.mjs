/** Compressed copies beside the files of a build, for servers that send them as they are. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Smaller files fit into a few packets anyway. */
const SMALLEST = 10_000;
/** A copy that is no smaller than this share of its file is not worth a place on the server. */
const WORTH = 0.9;
/** Compressed in themselves, or asked for by the byte: players want ranges of the file as it is. */
const LEFT_ALONE = /\.(?:mp4|m4a|wav|png|webp|br|gz)$/;
/** A second thread of compression keeps two cores busy; more would only take memory. */
const AT_ONCE = 2;

/** Brotli's qualities. On the two large programs, 59 MB: see docs/deploy.md. */
export const QUICK = 7;
export const BEST = 10;

/** @type {Record<string, (bytes: Buffer, quality: number) => Promise<Buffer>>} */
const METHODS = {
  br: (bytes, quality) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

/**
 * Writes `.br` and `.gz` beside every file of `folder` that is large enough and shrinks. What was compressed before is
 * taken from `cache`, by content, in at least the quality asked for.
 * @param {string} folder
 * @param {{ cache: string, quality: number }} options
 * @returns {Promise<{ file: string, bytes: number, br?: number, gz?: number }[]>} the files that have a copy
 */
export async function compressFolder(folder, { cache, quality }) {
  mkdirSync(cache, { recursive: true });
  const waiting = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !LEFT_ALONE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  /** @type {Awaited<ReturnType<typeof compressFolder>>} */
  const done = [];
  /** @type {Set<string>} */
  const used = new Set();
  const work = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const bytes = readFileSync(path);
      if (bytes.length <= SMALLEST) continue;
      const hash = createHash('sha256').update(bytes).digest('hex');
      /** @type {{ br?: number, gz?: number }} */
      const sizes = {};
      for (const method of /** @type {const} */ (['br', 'gz'])) {
        const kept = await compressed(bytes, method, quality, cache, hash);
        used.add(kept.name);
        if (kept.bytes >= bytes.length * WORTH) continue;
        copyFileSync(join(cache, kept.name), `${path}.${method}`);
        sizes[method] = kept.bytes;
      }
      if (Object.keys(sizes).length > 0) {
        done.push({ file: path.slice(folder.length + 1).replaceAll('\\', '/'), bytes: bytes.length, ...sizes });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // Of files that are no more.
  for (const name of readdirSync(cache)) if (!used.has(name)) rmSync(join(cache, name));
  return done.sort((a, b) => b.bytes - a.bytes);
}

/**
 * The compressed content as a file of the cache.
 * @param {Buffer} bytes @param {'br' | 'gz'} method @param {number} quality @param {string} cache @param {string} hash
 */
async function compressed(bytes, method, quality, cache, hash) {
  const nameOf = (/** @type {number} */ quality) => `${hash}.${method === 'br' ? `${quality}.` : ''}${method}`;
  const there = [BEST, quality].map(nameOf).find((name) => existsSync(join(cache, name)));
  if (there !== undefined) return { name: there, bytes: readFileSync(join(cache, there)).length };
  const content = await METHODS[method]?.(bytes, quality);
  if (content === undefined) throw new Error(`There is no method ${method}.`);
  const name = nameOf(quality);
  // Whole or not at all, should the build be stopped.
  writeFileSync(join(cache, `${name}.part`), content);
  renameSync(join(cache, `${name}.part`), join(cache, name));
  return { name, bytes: content.length };
}
