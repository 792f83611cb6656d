/**
 * What a person should know about a result without it being an error: made in the layer that knows, in English, with a
 * code by which the interface finds the words of another language. Notices cross worker borders as plain data.
 */
import type { Values } from './errors.ts';

export const NOTICE_CODES = [
  // device
  'gpu-unusable', // values: reason (a GpuObstacle code), detail
  'gpu-emulated',
  'gpu-failed', // values: code (an ErrorCode)
  // variants of the pack
  'variant-unfit', // values: variant (what was asked for), instead ('' where the pack has none), backend
  'variant-failed', // values: variant, code (an ErrorCode), file where it is about one
  // pack storage
  'no-storage',
  'storage-full', // values: used, quota (MB), where the browser tells
  'storage-refused', // values: detail
  // sound
  'second-attempt',
  'still-silent',
  // files
  'sound-unreadable', // values: codec (empty where the track holds nothing)
  'video-reencoded', // values: codec, container, again (codec), reason (a Recoding)
  'sound-padded', // values: seconds
  'sound-cut', // values: seconds
  // files of hits
  'hits-joined', // values: count
  'hits-outside', // values: count, seconds (of the file)
  'hits-rate-assumed', // values: fps
  // what an export will be, before it starts
  'plan-silent',
  'plan-no-sound',
  'plan-too-large',
  'plan-video-reencoded', // values as video-reencoded
  'plan-sound-padded', // values: seconds
  'plan-sound-cut', // values: seconds
  'plan-recipe-short', // values: kept, made
  'plan-recipe-hits', // values: kept, made
] as const;
export type NoticeCode = (typeof NOTICE_CODES)[number];

export interface Notice {
  readonly code: NoticeCode;
  /** Sentences in English. */
  readonly message: string;
  /** What the words of another language need. */
  readonly values?: Values;
}

/** Notices without those that say the same. */
export function distinct(notices: readonly Notice[]): Notice[] {
  return [...new Map(notices.map((notice) => [notice.message, notice])).values()];
}
