/**
 * What was seen in the picture that was given last. Takes of one picture, and every change of its timing, begin with the
 * same pixels: these are encoded, watched and named once.
 */
import { isSame, type FrameBytes } from '../dsp/frames.ts';

/** What is known of one picture; each part is there as soon as somebody needed it. */
export interface SeenPicture {
  /** Latents over the padded clip. */
  latents?: Float32Array;
  /** As each window was read, window after window. */
  timing?: Float32Array;
  /** Logits of all words, by the set of Fusion Blocks, summed over the windows. */
  readonly words: Map<string, Float64Array>;
}

export interface PictureMemory {
  /**
   * What is known of a picture; nothing yet where it is not the one of before.
   * @param frames RGB bytes of the padded clip; they are kept, and must not change
   */
  of(frames: FrameBytes): Promise<SeenPicture>;
}

/** Remembers one picture, for one pack: two would need twice the memory, and nobody goes back and forth. */
export function createPictureMemory(): PictureMemory {
  let known: { readonly frames: FrameBytes; readonly seen: SeenPicture } | undefined;
  return {
    async of(frames) {
      if (!known || !(await isSame(known.frames, frames))) known = { frames, seen: { words: new Map() } };
      return known.seen;
    },
  };
}
