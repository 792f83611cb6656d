/** The part of the build that lets the app run without a network: the list of its files, put into the service worker. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Larger files are programs: kept when they are first used, not when the app is installed. */
const LARGE = 2_000_000;
const WORKER = 'sw.js';
/** The same list for the page, which tells how much is still to be fetched. */
const PROGRAMS = 'programs.json';

/**
 * @param {string} root the project's folder
 * @param {Readonly<Record<string, string>>} headers that the service worker adds where the server sends none
 * @returns {import('vite').Plugin}
 */
export function offline(root, headers) {
  return {
    name: 'offline',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk') throw new Error(`The build has no ${WORKER}.`);
        if (worker.imports.length > 0) throw new Error(`${WORKER} must stand alone, and imports ${worker.imports}.`);
        const files = [...publicFiles(join(root, 'public')), ...bundledFiles(bundle)].sort((a, b) =>
          a.file < b.file ? -1 : 1,
        );
        const programs = files
          .filter(({ content }) => content.length > LARGE)
          .map(({ file, content }) => ({ file, bytes: content.length }));
        const page = JSON.stringify(programs);
        const shell = files.filter(({ content }) => content.length <= LARGE).map(({ file }) => file);
        const hash = createHash('sha256').update(worker.code).update(page).update(JSON.stringify(headers));
        for (const { file, content } of files) hash.update(file).update(content);
        const version = hash.digest('hex').slice(0, 16);
        const list = { version, shell: [...shell, PROGRAMS], programs, headers };
        if (!worker.code.includes('__OFFLINE_LIST__')) throw new Error(`${WORKER} has no place for the list of files.`);
        worker.code = worker.code.replaceAll('__OFFLINE_LIST__', JSON.stringify(list));
        this.emitFile({ type: 'asset', fileName: PROGRAMS, source: page });
      },
    },
  };
}

/**
 * All but the models, which have a cache of their own.
 * @param {string} folder
 */
function publicFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(folder, path).replaceAll('\\', '/'), content: readFileSync(path) }))
    .filter(({ file }) => !file.startsWith('models/'));
}

/** @param {import('vite').Rollup.OutputBundle} bundle */
function bundledFiles(bundle) {
  return Object.values(bundle)
    .filter(({ fileName }) => fileName !== WORKER && !fileName.endsWith('.map'))
    .map((output) => ({
      // The page is asked for by its folder.
      file: output.fileName === 'index.html' ? './' : output.fileName,
      content: Buffer.from(output.type === 'chunk' ? output.code : output.source),
    }));
}
