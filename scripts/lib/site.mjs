/** Building the app when its sources changed, and serving the build. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.mjs';

const SOURCES = ['src', 'public', 'index.html', 'embed.html', 'vite.config.ts', 'package-lock.json'];
const DIST = join(ROOT, 'dist');
const NEXT = join(ROOT, '.cache/dist-next');
const PREVIOUS = join(ROOT, '.cache/dist-previous');
const STAMP = join(ROOT, '.cache/build-of');

/** @param {{ force?: boolean }} [options] */
export async function build({ force = false } = {}) {
  const sources = fingerprint();
  const built = existsSync(join(DIST, 'index.html')) && existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (built === sources && !force) return;
  console.error('Building the app ...');
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  // Standard output may belong to the caller's results.
  await run(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', NEXT, '--emptyOutDir'], {
    stdio: ['ignore', 2, 2],
  });
  // Put in place at once: a server that is running meanwhile never finds half a build.
  rmSync(PREVIOUS, { recursive: true, force: true });
  if (existsSync(DIST)) renameSync(DIST, PREVIOUS);
  renameSync(NEXT, DIST);
  rmSync(PREVIOUS, { recursive: true, force: true });
  writeFileSync(STAMP, sources);
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

/**
 * Serves dist/ with the headers the app needs.
 * @param {{ port?: number, strictPort?: boolean, host?: string | boolean }} [options]
 */
export async function serve({ port = 4173, strictPort = false, host = '127.0.0.1' } = {}) {
  // Only now: before the packages are installed there is no Vite.
  const { preview } = await import('vite');
  const server = await preview({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    preview: { port, strictPort, host },
    logLevel: 'warn',
  });
  const url = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
  if (!url) throw new Error('The server has no address.');
  return { url, urls: server.resolvedUrls, close: () => server.close() };
}
