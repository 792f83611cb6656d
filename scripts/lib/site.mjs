/** Building the app when its sources changed, and serving the build. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.mjs';

const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json'];
const STAMP = join(ROOT, '.cache/build-of');

/** @param {{ force?: boolean }} [options] */
export async function build({ force = false } = {}) {
  const sources = fingerprint();
  const built = existsSync(join(ROOT, 'dist/index.html')) && existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (built === sources && !force) return;
  console.error('Building the app ...');
  await run(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    // Standard output may belong to the caller's results.
    stdio: ['ignore', 2, 2],
  });
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
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
