/**
 * While a sound is made, its level is drawn to the one that was read off the picture's pixels. The reading is the mean of
 * what may be heard and knows better how loud it is than the generators do, who draw one of the sounds that may be heard:
 * often silence, where the picture leaves open whether there is any sound. `training/avlink/level_guidance.py` is the same.
 *
 * A timing that a person set is no mean of what may be heard, and holds: silence is silent, a level that was drawn is kept,
 * and nothing gets louder where nobody asked for it. How long a hit rings is the material's to say, not the level's.
 */
import { hitless, hitProbabilities, isDrawn, lasting, SAME, STROKE, type Directed } from './directed.ts';

/** How a pack has the level follow the reading. */
export interface LevelGuidance {
  /** How much of the way to what was read the level is moved where there is no hit, 0..1. */
  readonly share: number;
  /** Flow time from which on the sound keeps the level it has. */
  readonly until: number;
  /** Logit by which hits are seen sooner than they are read. */
  readonly onsetBias: number;
  /**
   * Level, as read, that a window is above for nine tenths of its time: up to `quietLevel` nothing goes on beneath its hits,
   * from `continuousLevel` on something does.
   */
  readonly quietLevel: number;
  readonly continuousLevel: number;
  /** Latent level of a level that was read: silence + gain * softplus(slope * (level - middle)). */
  readonly silence: number;
  readonly gain: number;
  readonly slope: number;
  readonly middle: number;
}

/** Latents after a hit that a person set in which its sound may ring as its material does. */
const RING = 24;
/** Probability of a hit from which on a latent may be louder than the one before, where a person set the timing. */
const HIT = 0.2;

/** Where the level of a window's sound is drawn to, latent by latent. */
export interface LevelGoal {
  /** Latent level. */
  readonly target: Float32Array;
  /** How much of the way there, 0..1. */
  readonly share: Float32Array;
  /** 1 where the level may not be above that of the latent before; left out: nowhere. */
  readonly falls?: Uint8Array | undefined;
}

/**
 * The goal of one window: all of it depends on `timing`, its onset logit and level of every audio latent [Ta, 2].
 * @param directed how a person's timing is told; left out: the timing was read
 */
export function levelGoal(timing: Float32Array, guidance: LevelGuidance, directed?: Directed): LevelGoal {
  const { share, onsetBias, quietLevel, continuousLevel, silence, gain, slope, middle } = guidance;
  const count = timing.length / 2;
  const hits = hitProbabilities(timing, onsetBias);
  const levels = Float32Array.from({ length: count }, (_, i) => timing[2 * i + 1] ?? 0);
  const target = levels.map((level) => silence + gain * softplus(slope * (level - middle)));
  if (directed) return { target, ...held(hits, levels, directed) };
  // The mean over where hits may be is flatter than any of them: where there are some, the level is left as it is.
  const alone = hitless(hits);
  const low = levels.toSorted()[Math.floor(count / 10)] ?? 0;
  const beneath = Math.min(1, Math.max(0, (low - quietLevel) / (continuousLevel - quietLevel)));
  return {
    target,
    share: hits.map((hit) => share * Math.max(alone, beneath * (1 - hit) ** 2)),
  };
}

function held(hits: Float32Array, levels: Float32Array, directed: Directed): Omit<LevelGoal, 'target'> {
  const drawn = isDrawn(levels, directed);
  const [stroke, ringing] = [lasting(hits, STROKE), lasting(hits, RING)];
  return {
    share: levels.map((level, i) => {
      if (drawn[i]) return (1 - (stroke[i] ?? 0)) ** 2;
      return level <= directed.quiet + SAME ? (1 - (ringing[i] ?? 0)) ** 2 : 0;
    }),
    falls: Uint8Array.from(hits, (hit, i) => Number(hit < HIT && !drawn[i])),
  };
}

/**
 * The velocity of a window's sound, so that the level of the clean latents it heads for comes nearer to its goal.
 * @param velocity [Ta, stride]; the level is the first of the `stride` values of a latent
 * @param x the window's latents at flow time t < 1, shaped like it
 * @returns a new array
 */
export function guideLevel(
  velocity: Float32Array,
  x: Float32Array,
  t: number,
  { target, share, falls }: LevelGoal,
): Float32Array {
  const stride = velocity.length / target.length;
  const out = velocity.slice();
  let before = Infinity;
  target.forEach((goal, i) => {
    const at = i * stride;
    const headsFor = (x[at] ?? 0) + (1 - t) * (velocity[at] ?? 0);
    const drawnTo = headsFor + (share[i] ?? 0) * (goal - headsFor);
    const level = falls?.[i] ? Math.min(before, drawnTo) : drawnTo;
    out[at] = (velocity[at] ?? 0) + (level - headsFor) / (1 - t);
    before = level;
  });
  return out;
}

function softplus(value: number): number {
  return Math.max(0, value) + Math.log1p(Math.exp(-Math.abs(value)));
}
