/** Parts of a pack, and which of them hold others. Pure. */
import type { PackPart } from './manifest.ts';

/** What a part holds besides itself. */
const WITHIN: Readonly<Partial<Record<PackPart, readonly PackPart[]>>> = {
  v2a: ['timing', 'sound-decoder'],
  a2v: ['sound-encoder', 'picture-decoder'],
};

/** Whether whoever has these parts has that one. */
export function holdsPart(parts: Iterable<PackPart>, part: PackPart): boolean {
  return [...parts].some((one) => one === part || one === 'whole' || WITHIN[one]?.includes(part));
}
