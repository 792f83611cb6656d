/** Links of every version that must stay readable. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PATH = join(import.meta.dirname, '../../src/share/testing/golden.json');
const links = JSON.parse(readFileSync(PATH, 'utf8')) as readonly { name: string; payload: string }[];

/** The payload of the link of that name. */
export function goldenPayload(name: string): string {
  const found = links.find((link) => link.name === name);
  if (!found) throw new Error(`There is no golden link "${name}".`);
  return found.payload;
}
