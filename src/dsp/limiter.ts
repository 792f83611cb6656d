/** A look-ahead peak limiter: turns loud moments down smoothly instead of clipping them. */
import { fromDb, peak, toDb } from './levels.ts';
import { peaksAround } from './true-peak.ts';

/** Seconds the gain takes to fall before a peak, and to recover after it (time constant) unless told otherwise. */
const ATTACK = 0.002;
const RELEASE = 0.05;

export interface Limited {
  /** Copies where something was turned down, the given channels where nothing had to be. */
  readonly channels: Float32Array[];
  /** Decibels by which the loudest moment was turned down, 0 or more. */
  readonly reduction: number;
}

/**
 * A copy of `samples` in which no absolute value exceeds `ceilingDb` (dBFS). Sound that stays below is returned as it was.
 */
export function limitPeaks(samples: Float32Array, sampleRate: number, ceilingDb: number): Float32Array {
  const { channels } = limitTogether([samples], sampleRate, ceilingDb);
  const limited = channels[0];
  return limited === undefined || limited === samples ? samples.slice() : limited;
}

interface LimiterOptions {
  /** Look between the samples, too: the ceiling is in dBTP. */
  readonly truePeaks?: boolean;
  /** Seconds in which the gain recovers after a peak (time constant). */
  readonly release?: number;
}

/** How often the ceiling is lowered for what a changing gain adds between the samples, and what of that is left, as a factor. */
const TRIES = 3;
const CLOSE = 1.001;

/** The same for the channels of one sound, which must be equally long: all are turned down together, so that none moves to the side. */
export function limitTogether(
  channels: readonly Float32Array[],
  sampleRate: number,
  ceilingDb: number,
  { truePeaks = false, release = RELEASE }: LimiterOptions = {},
): Limited {
  const ceiling = fromDb(ceilingDb);
  const levels = truePeaks ? channels.map((samples) => peaksAround(samples, ceiling)) : channels;
  const loudest = Math.max(0, ...levels.map(peak));
  if (loudest <= ceiling) return { channels: [...channels], reduction: 0 };
  const reduction = toDb(loudest / ceiling);
  const releaseSamples = release * sampleRate;
  let limited = limit(channels, levels, sampleRate, ceiling, releaseSamples);
  if (!truePeaks) return { channels: limited, reduction };
  for (let lower = ceiling, tries = 0; ; tries++) {
    const over = Math.max(...limited.map((samples) => peak(peaksAround(samples, ceiling)))) / ceiling;
    if (over <= CLOSE) return { channels: limited, reduction };
    if (tries === TRIES) {
      return { channels: limited.map((samples) => samples.map((value) => value / over)), reduction };
    }
    lower /= over;
    limited = limit(channels, levels, sampleRate, lower, releaseSamples);
  }
}

/** Channels whose `levels` are turned down to the ceiling at every moment. */
function limit(
  channels: readonly Float32Array[],
  levels: readonly Float32Array[],
  sampleRate: number,
  ceiling: number,
  releaseSamples: number,
): Float32Array[] {
  const gain = gainBelow(levels, ceiling);
  // Backwards: reach each peak's gain by a straight ramp that ends there. Forwards: let go of it exponentially. Both only
  // ever lower the gain, so that the ceiling holds for every sample.
  const rise = 1 / Math.max(1, Math.round(ATTACK * sampleRate));
  let next = 1;
  for (let i = gain.length - 1; i >= 0; i--) {
    const value = gain[i] ?? 1;
    next = value < next + rise ? value : next + rise;
    gain[i] = next;
  }
  const keep = Math.exp(-1 / releaseSamples);
  let held = 1;
  for (let i = 0; i < gain.length; i++) {
    const released = 1 - (1 - held) * keep;
    const value = gain[i] ?? 1;
    held = value < released ? value : released;
    gain[i] = held;
  }
  return channels.map((samples) => turned(samples, gain, ceiling));
}

/** The gain that each moment needs by itself. */
function gainBelow(levels: readonly Float32Array[], ceiling: number): Float32Array {
  const gain = new Float32Array(levels[0]?.length ?? 0).fill(1);
  for (const channel of levels) {
    for (let i = 0; i < gain.length; i++) {
      const level = Math.abs(channel[i] ?? 0);
      if (level > ceiling && level * (gain[i] ?? 1) > ceiling) gain[i] = ceiling / level;
    }
  }
  return gain;
}

function turned(samples: Float32Array, gain: Float32Array, ceiling: number): Float32Array {
  const out = new Float32Array(samples.length);
  for (let i = 0; i < out.length; i++) {
    const value = (samples[i] ?? 0) * (gain[i] ?? 1);
    // Rounding to float32 may overshoot by one part in ten million.
    out[i] = value > ceiling ? ceiling : value < -ceiling ? -ceiling : value;
  }
  return out;
}
