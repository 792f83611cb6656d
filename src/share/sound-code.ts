/**
 * Sound latents in a few hundred bytes: rounded to steps, each predicted from the latent before it, and what is left over
 * coded with models picked by how busy the channel and the moment are. Knows nothing of the pack but the number of
 * channels; all statistics are learnt while coding.
 */
import { AppError } from '../errors.ts';
import { IntegerModel, MAX_MAGNITUDE } from './integers.ts';
import { RangeDecoder, RangeEncoder, type BitCoder } from './range-coder.ts';

export interface SoundCode {
  /** Latents in time and values in each. */
  readonly count: number;
  readonly channels: number;
  /** Size of a rounding step in 1 / 64. */
  readonly step: number;
}

export const MAX_LATENTS = 1024;
export const MAX_CHANNELS = 128;
const STEP_UNIT = 1 / 64;
const MAX_STEP = 255;

/** Kinds of models: 10 levels of how much is going on, 3 leanings of the prediction. */
const LEVELS = 10;
const LEANINGS = 3;
/** How fast the memory of a channel fades, and how fast its prediction follows. */
const FADE = 1 / 12;
const FOLLOW = 0.02;
/** A rounding below this part of a step becomes zero: what it costs is worth more elsewhere. */
const DEAD_ZONE = 0.56;

/** @param latents [count, channels] */
export function encodeSound(latents: Float32Array, { count, channels, step }: SoundCode): Uint8Array {
  if (latents.length !== count * channels) throw new RangeError(`${latents.length} values for ${count} x ${channels}.`);
  check({ count, channels, step });
  const scale = step * STEP_UNIT;
  const coder = new RangeEncoder();
  run(coder, count, channels, (at) => (latents[at] ?? 0) / scale);
  return coder.finish();
}

/** The latents [count, channels] that `encodeSound` rounded to. Any bytes give some. */
export function decodeSound(bytes: Uint8Array, code: SoundCode): Float32Array {
  check(code);
  const scale = code.step * STEP_UNIT;
  return run(new RangeDecoder(bytes), code.count, code.channels, () => 0).map((value) => value * scale);
}

function check({ count, channels, step }: SoundCode): void {
  const whole = [count, channels, step].every((value) => Number.isSafeInteger(value) && value >= 1);
  if (!whole || count > MAX_LATENTS || channels > MAX_CHANNELS || step > MAX_STEP) {
    throw new AppError('link-damaged', 'The sound in the link is described in a way that makes no sense.', '');
  }
}

/** Codes every value, in steps; `want` gives the wanted one while encoding. Returns what the decoder gets, in steps. */
function run(coder: BitCoder, count: number, channels: number, want: (at: number) => number): Float32Array {
  const models = Array.from({ length: LEVELS * LEANINGS }, (_, kind) => {
    const level = Math.floor(kind / LEANINGS);
    return new IntegerModel(0.92 - 0.085 * level, 0.1 + 0.07 * level);
  });
  const out = new Float32Array(count * channels);
  const usual = new Float64Array(channels).fill(0.8);
  const weight = new Float64Array(channels).fill(0.6);
  const before = new Float64Array(channels);
  const left = new Float64Array(channels);
  for (let t = 0; t < count; t++) {
    let now = 0;
    let expected = 0;
    for (let c = 0; c < channels; c++) {
      const at = t * channels + c;
      const last = before[c] ?? 0;
      const guess = (weight[c] ?? 0) * last;
      const base = Math.round(guess);
      const leaning = guess - base > 0.2 ? 2 : guess - base < -0.2 ? 0 : 1;
      const busy = (usual[c] ?? 0) * (0.35 + (0.65 * (now + 0.5)) / (expected + 0.5)) + 0.25 * (left[c] ?? 0);
      const model = models[levelOf(busy) * LEANINGS + leaning];
      if (!model) throw new RangeError('No model.');
      const rest = model.code(coder, round(want(at), base));
      const value = base + rest;
      out[at] = value;
      const size = Math.abs(rest);
      now += size;
      expected += usual[c] ?? 0;
      usual[c] = (usual[c] ?? 0) + FADE * (size - (usual[c] ?? 0));
      left[c] = size;
      weight[c] = clamp((weight[c] ?? 0) + (FOLLOW * (value - guess) * last) / (1 + last * last), 0, 1);
      before[c] = value;
    }
  }
  return out;
}

/** The whole number of steps that `wanted` lies from `base`; close ones count as none. */
function round(wanted: number, base: number): number {
  const rest = wanted - base;
  if (!(Math.abs(rest) >= DEAD_ZONE)) return 0;
  return clamp(Math.round(rest), -MAX_MAGNITUDE, MAX_MAGNITUDE);
}

function levelOf(busy: number): number {
  let level = 0;
  for (let bound = 0.06; level < LEVELS - 1 && busy > bound; level++) bound *= 1.65;
  return level;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
