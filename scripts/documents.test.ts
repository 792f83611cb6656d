/** The documents name files, folders, headings and commands: all of them must exist. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'training/README.md'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** Where a path in a document may start, besides the root and the document's own folder. */
const STARTS = ['src', 'training/avlink'];
/** Made by commands, so not there in a fresh checkout. */
const MADE = /^(dist|test-results|\.cache|\.venv|\.\.\/\.venv|node_modules|training\/runs|runs)\b/;

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const withoutCode = (text: string) => text.replace(/^```.*?^```/gms, '');

/** As GitHub makes the anchor of a heading. */
function anchors(path: string): string[] {
  return [...withoutCode(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(path: string): string[] {
  const text = withoutCode(read(path));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map(([, link, source]) => link ?? source ?? '');
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : normalize(join(dirname(path), file));
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchors(target).includes(anchor);
  });
}

/** Words in backticks that look like a path: a folder of the project and what is in it. */
function missingPaths(path: string): string[] {
  const spans = [...withoutCode(read(path)).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans.filter((span) => {
    if (!/^(\.{1,2}\/)?[\w.-]+(\/[\w.-]+)*\/?$/.test(span) || !span.includes('/') || MADE.test(span)) return false;
    const starts = ['.', dirname(path), ...STARTS].map((start) => join(ROOT, start));
    // A word with a slash whose first part is no folder here is something else: a codec, a fraction, an address.
    const [first = ''] = span.split('/');
    const folders = starts.filter(
      (start) => existsSync(join(start, first)) && statSync(join(start, first)).isDirectory(),
    );
    return folders.length > 0 && !folders.some((start) => existsSync(join(start, span)));
  });
}

function missingScripts(path: string): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(path).matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name);
  return named.filter((name) => !(name in scripts));
}

/** Modules that are run as `python -m avlink.part`: a file, or a package with a `__main__`. */
function missingModules(path: string): string[] {
  const named = [...read(path).matchAll(/-m (avlink(?:\.\w+)*)/g)].map(([, module = '']) => module);
  return named.filter((module) => {
    const place = join(ROOT, 'training', ...module.split('.'));
    return !existsSync(`${place}.py`) && !existsSync(join(place, '__main__.py'));
  });
}

describe.each(DOCUMENTS)('%s', (path) => {
  test('links to files and headings that exist', () => expect(brokenLinks(path)).toEqual([]));
  test('names paths that exist', () => expect(missingPaths(path)).toEqual([]));
  test('names npm scripts that exist', () => expect(missingScripts(path)).toEqual([]));
  test('names Python modules that exist', () => expect(missingModules(path)).toEqual([]));
});
