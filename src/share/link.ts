/** A share as the text of a link's fragment and back. Reading trusts nothing: see container.ts and types.ts for the bounds. */
import { base64UrlLength, fromBase64Url, toBase64Url } from './base64url.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { OPTIONAL_KINDS, packSections, unpackSections, type Section } from './container.ts';
import { damaged, newerVersion, tooLarge } from './failures.ts';
import { checkClip } from './mp4-facts.ts';
import { readTiming, writeTiming } from './timing-code.ts';
import { MAX_CLIP_BYTES, shareSchema, type Share, type ShareMedia, type ShareRecipe } from './types.ts';

/** What the fragment of a link begins with. */
export const FRAGMENT = 's-';
/** Longest text that is looked at. */
const MAX_TEXT = base64UrlLength(MAX_CLIP_BYTES + 8 * 1024);

const RECIPE = 1;
const CLIP = 2;
const SOUND = 3;
const PICTURE = 4;
/** Apps of before there were hits pass it over. */
const TIMING = OPTIONAL_KINDS;

/** The byte that stands for no gain. */
const GAIN_ZERO = 100;

/** The payload: only A-Z, a-z, 0-9, - and _. Throws when the share does not keep to `shareSchema`. */
export async function encodeShare(share: Share): Promise<string> {
  const { recipe, title, media, timing } = shareSchema.parse(share);
  const sections: Section[] = [{ kind: RECIPE, bytes: writeRecipe(recipe, title) }];
  if (media.kind === 'clip') sections.push({ kind: CLIP, bytes: media.mp4 });
  if (media.kind === 'sketch') {
    const { sound, picture } = media;
    const soundBytes = new ByteWriter()
      .number(sound.count)
      .number(sound.channels)
      .byte(sound.step)
      .byte(sound.gain + GAIN_ZERO);
    sections.push({ kind: SOUND, bytes: soundBytes.bytes(sound.data).done() });
    if (picture) {
      const pictureBytes = new ByteWriter().byte(picture.frames).byte(picture.width).byte(picture.height);
      sections.push({ kind: PICTURE, bytes: pictureBytes.byte(picture.quantizer).bytes(picture.data).done() });
    }
  }
  if (timing) sections.push({ kind: TIMING, bytes: writeTiming(timing) });
  return toBase64Url(await packSections(sections));
}

/** Throws link-damaged, link-truncated, link-version, link-too-large. */
export async function decodeShare(payload: string): Promise<Share> {
  if (payload.length > MAX_TEXT) {
    throw tooLarge('The link is longer than any link this app makes.', 'Ask for another link.');
  }
  const packed = fromBase64Url(payload);
  if (!packed) throw damaged('it holds characters that do not belong there');
  const sections = new Map<number, Uint8Array>();
  for (const { kind, bytes } of await unpackSections(packed, MAX_CLIP_BYTES)) {
    if (sections.has(kind)) throw damaged('a part is there twice');
    if (kind < OPTIONAL_KINDS && kind > PICTURE) throw newerVersion(1);
    sections.set(kind, bytes);
  }
  const recipe = sections.get(RECIPE);
  if (!recipe) throw damaged('it does not say what it shares');
  const timing = sections.get(TIMING);
  const parsed = shareSchema.safeParse({
    ...readRecipe(recipe),
    media: readMedia(sections),
    ...(timing && { timing: readTiming(timing) }),
  });
  if (!parsed.success) throw damaged('it describes a result that cannot be', parsed.error);
  if (parsed.data.media.kind === 'clip') checkClip(parsed.data.media.mp4);
  return parsed.data;
}

/** The link itself. @param page address of the app, without fragment */
export function shareUrl(page: string, payload: string): string {
  return `${page.replace(/#.*$/, '')}#${FRAGMENT}${payload}`;
}

/**
 * The payload in a page's `location.hash`; undefined when it is no share link. White space that mail programs put into
 * long lines is taken out, and whatever follows the payload (a full stop, a bracket) is left out.
 */
export function payloadOf(hash: string): string | undefined {
  if (!hash.startsWith(`#${FRAGMENT}`)) return undefined;
  const text = hash.slice(FRAGMENT.length + 1).replace(/%20|%0A|%0D|\s/gi, '');
  return /^[A-Za-z0-9_-]*/.exec(text)?.[0] ?? '';
}

function readMedia(sections: ReadonlyMap<number, Uint8Array>): ShareMedia {
  const mp4 = sections.get(CLIP);
  if (mp4) return { kind: 'clip', mp4 };
  const sound = sections.get(SOUND);
  if (!sound) return { kind: 'recipe' };
  const reader = new ByteReader(sound);
  const [count, channels, step] = [reader.number(), reader.number(), reader.byte()];
  const gain = reader.byte() - GAIN_ZERO;
  const shared = { count, channels, step, gain, data: reader.bytes(reader.left) };
  const picture = sections.get(PICTURE);
  if (!picture) return { kind: 'sketch', sound: shared };
  const from = new ByteReader(picture);
  const [frames, width, height, quantizer] = [from.byte(), from.byte(), from.byte(), from.byte()];
  return {
    kind: 'sketch',
    sound: shared,
    picture: { frames, width, height, quantizer, data: from.bytes(from.left) },
  };
}

function writeRecipe(recipe: ShareRecipe, title: string): Uint8Array {
  const writer = new ByteWriter()
    .byte(recipe.task === 'a2v' ? 1 : 0)
    .number(recipe.seed)
    .number(recipe.steps)
    .number(Math.round(recipe.guidanceText * 100))
    .number(Math.round(recipe.guidanceAv * 100))
    .number(Math.round(recipe.start * 1000))
    .number(Math.max(1, Math.round(recipe.seconds * 1000)));
  for (let at = 0; at < 16; at += 2) writer.byte(Number.parseInt(recipe.packHash.slice(at, at + 2), 16));
  return writer.text(title).text(recipe.prompt).text(recipe.negative).text(recipe.sourceName).done();
}

function readRecipe(bytes: Uint8Array): { recipe: ShareRecipe; title: string } {
  const reader = new ByteReader(bytes);
  const task = reader.byte() & 1 ? 'a2v' : 'v2a';
  const [seed, steps, guidanceText, guidanceAv, start, seconds] = [0, 1, 2, 3, 4, 5].map(() => reader.number());
  const packHash = [...reader.bytes(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const [title = '', prompt = '', negative = '', sourceName = ''] = [0, 1, 2, 3].map(() => reader.text());
  return {
    title,
    recipe: {
      task,
      prompt,
      negative,
      seed: seed ?? 0,
      steps: steps ?? 0,
      guidanceText: (guidanceText ?? 0) / 100,
      guidanceAv: (guidanceAv ?? 0) / 100,
      packHash,
      sourceName,
      start: (start ?? 0) / 1000,
      seconds: (seconds ?? 0) / 1000,
    },
  };
}
