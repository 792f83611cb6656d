/** What the page share.html offers a test; bytes cross as base64. */
import type { MadeLink } from '../../src/share/sharer.ts';
import type { Tier } from '../../src/share/tiers.ts';
import type { ShareRecipe } from '../../src/share/types.ts';
import type { PlaybackPosition } from '../../src/share/playback-position.ts';

/** Samples a second of the sound that crosses. */
export const SOUND_RATE = 16_000;

export interface ShareHarness {
  /** Generates from the chosen file; the sound (float32) and the file that is seen. */
  generate(
    task: 'v2a' | 'a2v',
    steps: number,
  ): Promise<{ backend: string; duration: number; sound: string; picture: string }>;
  /** A link of the last generated result. */
  make(tier: Tier): Promise<Pick<MadeLink, 'url' | 'characters' | 'heard'>>;
  /** A tiny clip of the chosen file with a beep at each of `times` (seconds). */
  beeps(
    times: readonly number[],
    maxBytes: number,
    start: number,
    end: number,
  ): Promise<{ mp4: string; width: number; height: number; fps: number }>;
  /** Shows the share panel for the last generated result. */
  panel(): void;
  /** The clip that the landing view plays. */
  clipBytes(): Promise<string>;
  /** The sound (float32) of the sketch in the address, decoded as the player does. */
  sketchSound(): Promise<string>;
  /** The picture of the sketch in the address: RGB [frames, height, width, 3]. */
  sketchPicture(frames: number, width: number, height: number): Promise<string>;
  remixed: ShareRecipe | undefined;
}

declare global {
  interface Window {
    shareHarness: ShareHarness;
  }
  interface HTMLCanvasElement {
    moment?: () => PlaybackPosition;
  }
}
