/** What a manifest says of a sound decoder that ends in magnitudes, for which the app finds a wave (engine/phases). */
import { z } from 'zod';

const count = z.number().int().positive();

export const phases = z.object({
  /** Samples of a frame of the spectrum, and from one to the next. */
  frame: count,
  hop: count,
  /** Steps of fast Griffin-Lim, its momentum, which of the steps correct the magnitudes, and corrections at the end. */
  iterations: count,
  momentum: z.number().nonnegative(),
  correctEvery: count,
  finishing: z.number().int().nonnegative(),
  /** Frames after which the fixed phases that it starts from are repeated. */
  startFrames: count,
  /** Power of a bin that is taken off what the decoder makes. */
  under: z.number().nonnegative(),
  /** Log power that one step corrects at most. */
  mostCorrected: z.number().positive(),
  /** Power that the level of every band has added to it, and the share of it that is the faintest that counts. */
  floor: z.number().positive(),
  faintest: z.number().positive(),
  /** The bands of the log-mel: of every `factor`th sample, behind a low-pass of so many taps. */
  lower: z.object({
    factor: count,
    taps: count,
    /** In shares of half the lower rate, and the shape of its Kaiser window. */
    cutoff: z.number().positive(),
    beta: z.number().nonnegative(),
    window: count,
    transform: count,
    hop: count,
    bands: count,
  }),
  /** Those above it, by their edges in Hz. */
  upper: z.object({ window: count, edges: z.array(z.number().positive()).min(2) }),
});

export type Phases = z.infer<typeof phases>;

/** What of it does not fit the grid. */
export function* phaseProblems(
  { frame, hop, startFrames, lower }: Phases,
  { samplesPerLatent }: { readonly samplesPerLatent: number },
): Generator<string> {
  if (frame !== 4 * hop) yield 'frames of the sound do not overlap by three quarters';
  if (samplesPerLatent % hop !== 0) yield 'frames of the sound do not fit its latents';
  if ((startFrames * hop) % samplesPerLatent !== 0) yield 'the fixed phases do not fit the latents of sound';
  if (samplesPerLatent % (lower.factor * lower.hop) !== 0 || (lower.factor * lower.hop) % hop !== 0) {
    yield 'the bands of the sound do not fit its latents';
  }
}
