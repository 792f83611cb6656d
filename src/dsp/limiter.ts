/** A look-ahead peak limiter: turns loud moments down smoothly instead of clipping them. */
import { fromDb } from './levels.ts';

/** Seconds the gain takes to fall before a peak, and to recover after it (time constant). */
const ATTACK = 0.002;
const RELEASE = 0.05;

/**
 * A copy of `samples` in which no absolute value exceeds `ceilingDb` (dBFS). Sound that stays below is returned as it was.
 */
export function limitPeaks(samples: Float32Array, sampleRate: number, ceilingDb: number): Float32Array {
  const ceiling = fromDb(ceilingDb);
  const out = samples.slice();
  const gain = Float32Array.from(samples, (value) => Math.min(1, ceiling / Math.max(Math.abs(value), 1e-9)));
  if (gain.every((value) => value === 1)) return out;
  // Backwards: reach each peak's gain by a straight ramp that ends there. Forwards: let go of it exponentially. Both only
  // ever lower the gain, so that the ceiling holds for every sample.
  const rise = 1 / Math.max(1, Math.round(ATTACK * sampleRate));
  for (let i = gain.length - 2; i >= 0; i--) gain[i] = Math.min(gain[i] ?? 1, (gain[i + 1] ?? 1) + rise);
  const keep = Math.exp(-1 / (RELEASE * sampleRate));
  for (let i = 1; i < gain.length; i++) gain[i] = Math.min(gain[i] ?? 1, 1 - (1 - (gain[i - 1] ?? 1)) * keep);
  for (let i = 0; i < out.length; i++) {
    // Rounding to float32 may overshoot by one part in ten million.
    out[i] = Math.max(-ceiling, Math.min(ceiling, (out[i] ?? 0) * (gain[i] ?? 1)));
  }
  return out;
}
