import type { PickedFile } from './types.ts';

/** A file with its handle, where the browser gave one. */
export function asPicked(picked: File | PickedFile): PickedFile {
  return picked instanceof File ? { file: picked } : picked;
}
