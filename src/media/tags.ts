/**
 * The title and the recipe in a file's metadata. The recipe travels as the comment, the one free text that MP4, WebM, WAV
 * and M4A all have and that most programs keep; a mark in front tells it from other people's comments. Pure.
 */

import type { Metadata } from './types.ts';

const MARK = 'av-link-studio recipe: ';
/** Longest recipe that is written, in bytes of UTF-8. */
export const MAX_RECIPE = 16 * 1024;
/** Longest that is read: a file may come from anywhere. */
const MAX_READ = 64 * 1024;

const encoder = new TextEncoder();

/** The comment that carries `recipe`. Throws RangeError where it could not come back as it is. */
export function commentOf(recipe: string): string {
  const bytes = encoder.encode(recipe);
  if (bytes.length > MAX_RECIPE)
    throw new RangeError(`A recipe may have ${MAX_RECIPE} bytes, this has ${bytes.length}.`);
  // Containers end a text at its first zero, and half a surrogate pair has no UTF-8.
  if (recipe.includes('\0') || new TextDecoder().decode(bytes) !== recipe) {
    throw new RangeError('A recipe must be well-formed text without U+0000.');
  }
  return MARK + recipe;
}

/** The recipe in a file's tags as ffprobe lists them; undefined where there is none or it is unreasonably long. */
export function recipeOf(tags: Readonly<Record<string, string>> | undefined): string | undefined {
  for (const [key, value] of Object.entries(tags ?? {})) {
    // Matroska writes its names in capitals.
    if (key.toLowerCase() !== 'comment' || !value.startsWith(MARK)) continue;
    const recipe = value.slice(MARK.length);
    // UTF-8 is never shorter than UTF-16 code units, so the long are refused before they are encoded.
    return recipe.length <= MAX_READ && encoder.encode(recipe).length <= MAX_READ ? recipe : undefined;
  }
  return undefined;
}

/** A title without what would end it early in a container, and without half a surrogate pair at its end. */
export function titleOf(title: string): string {
  return new TextDecoder().decode(encoder.encode(title.replaceAll('\0', ' ').slice(0, 500)));
}

/** The output options that write `metadata` and nothing of the original's. */
export function tagArgs(metadata: Metadata | undefined): string[] {
  const args = ['-map_metadata', '-1', '-map_chapters', '-1'];
  if (metadata?.title !== undefined) args.push('-metadata', `title=${titleOf(metadata.title)}`);
  if (metadata?.recipe !== undefined) args.push('-metadata', `comment=${commentOf(metadata.recipe)}`);
  return args;
}
