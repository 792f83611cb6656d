/** Building the app when its sources changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressFolder, QUICK } from './compress.mjs';
import { policyOf } from './headers.mjs';
import { netlifyHeaders } from './host-files.mjs';
import { ROOT, run } from './run.mjs';

export { serve } from './serve.mjs';

const SOURCES = ['src', 'public', 'scripts/lib', 'index.html', 'embed.html', 'vite.config.ts', 'package-lock.json'];
const DIST = join(ROOT, 'dist');
/** A folder for each process: two builds at once must not write into each other's. */
const NEXT = join(ROOT, `.cache/dist-next-${process.pid}`);
const PREVIOUS = join(ROOT, `.cache/dist-previous-${process.pid}`);
const STAMP = join(ROOT, '.cache/build-of');
const COMPRESSED = join(ROOT, '.cache/compressed');

/**
 * Builds into dist/, with compressed copies and `_headers`.
 * @param {{ force?: boolean, quality?: number, largest?: number }} [options] `force`: although no source changed.
 *   `quality`: of Brotli. `largest`: bytes of the largest file that the host takes; what is larger lies in dist/ compressed
 *   under its own name, and `_headers` says so.
 */
export async function build({ force = false, quality = QUICK, largest = Infinity } = {}) {
  const sources = fingerprint();
  const built = existsSync(join(DIST, 'index.html')) && existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (built === sources && !force) return;
  console.error('Building the app ...');
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  // Standard output may belong to the caller's results.
  try {
    await run(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', NEXT, '--emptyOutDir'], {
      stdio: ['ignore', 2, 2],
    });
    await prepareForHosts(NEXT, { cache: COMPRESSED, quality, largest });
  } catch (error) {
    rmSync(NEXT, { recursive: true, force: true });
    throw error;
  }
  // Put in place at once: a server that is running meanwhile never finds half a build.
  rmSync(PREVIOUS, { recursive: true, force: true });
  if (existsSync(DIST)) renameSync(DIST, PREVIOUS);
  renameSync(NEXT, DIST);
  rmSync(PREVIOUS, { recursive: true, force: true });
  writeFileSync(STAMP, sources);
}

/**
 * Compressed copies and `_headers`, written into a build. With `largest`, files that are larger lie there compressed under
 * their own name.
 * @param {string} folder
 * @param {{ cache: string, quality: number, largest: number }} options
 */
export async function prepareForHosts(folder, { largest, ...options }) {
  const packed = (await compressFolder(folder, options))
    .filter(({ bytes, br }) => bytes > largest && br !== undefined)
    .map(({ file }) => file);
  for (const file of packed) {
    renameSync(join(folder, `${file}.br`), join(folder, file));
    rmSync(join(folder, `${file}.gz`), { force: true });
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const { size } = statSync(join(entry.parentPath, entry.name));
    if (entry.isFile() && size > largest)
      throw new Error(`${entry.name} has ${size} bytes, and the host takes ${largest}.`);
  }
  const policy = policyOf(readFileSync(join(folder, 'index.html'), 'utf8'));
  writeFileSync(join(folder, '_headers'), netlifyHeaders(policy, packed));
}

/** Changes whenever a source file is added, removed or written. */
function fingerprint() {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const source of SOURCES) add(join(ROOT, source));
  for (const [name, value] of Object.entries(process.env).sort())
    if (name.startsWith('VITE_')) hash.update(`${name}=${value}\n`);
  return hash.digest('hex');
}
