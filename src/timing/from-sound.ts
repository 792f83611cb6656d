/**
 * Hits and level of a sound: of the video's own ("keep the timing, replace the noise"), of a file, of a microphone. How
 * loud the whole is does not matter: its loudest moment is as strong as can be. Pure; dsp/sound-events.ts does the work.
 */
import type { SoundEvents } from '../dsp/sound-events.ts';
import { inOrder, MIN_STRENGTH, roundTime } from './edit.ts';
import { straightened, trimmed } from './level.ts';
import { USUAL_DIRECTED } from './track.ts';
import type { Hit, LevelPoint, Timing } from './types.ts';

/**
 * Levels are shares of the way from silence to the loudest that a generator is told, which is told the logarithm of an RMS
 * (`training/avlink/train/auxiliary_heads.py`, `level_target`).
 */
const SILENCE = 1e-3;
const amplitudeOf = (level: number) => Math.exp(1.5 * level - 4.5) - SILENCE;
const LOUDEST = amplitudeOf(USUAL_DIRECTED.loud);
const SPAN = Math.log((LOUDEST + SILENCE) / SILENCE);
const FLOOR = USUAL_DIRECTED.floor;
/** Packs have 31.25 audio latents a second. */
const DECAY_A_SECOND = (USUAL_DIRECTED.decay / (USUAL_DIRECTED.loud - USUAL_DIRECTED.quiet)) * 31.25;
/** Below this peak there is nothing to listen to, as an amplitude: -60 dBFS. */
const SILENT_PEAK = 1e-3;
/** A background so much quieter than the loudest moment is noise, and not what goes on: 14 dB, in levels. */
const NOISE_BELOW = 0.35;
/** What goes on stands out from the background by this, in levels: 6 dB. */
const ABOVE_NOISE = 0.15;
/** Share of the sound that is taken for its background. */
const BACKGROUND = 0.25;
/** What lies no more than this above what the hits make is their ring. */
const RING = 0.15;
/** Shorter sounds are hits alone, in seconds; breaks up to this do not end what goes on. */
const LASTING = 0.5;
const BREAK = 0.12;
const STRAIGHTEN = 0.04;

/** A sound too quiet to tell anything has no hits and no level. Times are seconds of the sound. */
export function timingOfSound({ events, envelope, rate, peak }: SoundEvents): Timing {
  if (peak < SILENT_PEAK) return { hits: [], level: [] };
  const loudest = Math.max(
    ...events.map(({ level }) => level),
    envelope.reduce((most, level) => Math.max(most, level), 0),
  );
  const levelOf = (amplitude: number) =>
    Math.log((amplitude / loudest) * LOUDEST + SILENCE) / SPAN - Math.log(SILENCE) / SPAN;
  const hits = inOrder(
    events.map(({ time, level }) => ({ time: roundTime(time), strength: strengthOf(levelOf(level)) })),
  );
  const levels = Float64Array.from(envelope, levelOf);
  return { hits, level: goingOn(levels, rate, hits) };
}

function strengthOf(level: number): number {
  return Math.max(MIN_STRENGTH, Math.min(1, (level - FLOOR) / (1 - FLOOR)));
}

/** What is there beside the hits and their ring, and is no noise in the background. */
function goingOn(levels: Float64Array, rate: number, hits: readonly Hit[]): readonly LevelPoint[] {
  const sorted = [...levels].sort((a, b) => a - b);
  const background = sorted[Math.floor(sorted.length * BACKGROUND)] ?? 0;
  const isNoise = (sorted.at(-1) ?? 0) - background > NOISE_BELOW;
  const threshold = isNoise ? Math.max(FLOOR / 2, background + ABOVE_NOISE) : FLOOR / 2;
  const rings = ringOf(levels.length, rate, hits);
  const goes = Array.from(levels, (level, i) => level > threshold && level > (rings[i] ?? 0) + RING);

  const points: LevelPoint[] = [];
  for (const [from, to] of stretches(goes, levels, threshold, rate)) {
    const middle = (i: number) => (i + 0.5) / rate;
    const shape = straightened(
      Array.from(levels.subarray(from, to + 1), (level, i) => ({ time: middle(from + i), level: Math.min(1, level) })),
      STRAIGHTEN,
    );
    const [first, last] = [shape[0], shape.at(-1)];
    if (!first || !last) continue;
    // It sets in and ends, rather than to rise from the stretch before.
    points.push({ time: first.time - 0.5 / rate, level: 0 }, ...shape, { time: last.time + 0.5 / rate, level: 0 });
  }
  return trimmed(points.filter(({ time }, i) => i === 0 || time > (points[i - 1]?.time ?? 0)));
}

/** The level that the hits make by themselves. */
function ringOf(count: number, rate: number, hits: readonly Hit[]): Float64Array {
  const rings = new Float64Array(count);
  for (const { time, strength } of hits) {
    const lifted = FLOOR + (1 - FLOOR) * strength;
    const first = Math.max(0, Math.floor(time * rate) - 1);
    for (let i = first; i < count; i++) {
      const level = lifted - (DECAY_A_SECOND * Math.max(0, i - time * rate)) / rate;
      if (level <= 0) break;
      rings[i] = Math.max(rings[i] ?? 0, level);
    }
  }
  return rings;
}

/** First and last index of what lasts; under a hit it goes on as long as it is loud on both sides. */
function stretches(
  goes: readonly boolean[],
  levels: Float64Array,
  threshold: number,
  rate: number,
): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  let last = -1;
  let own = 0;
  const end = () => {
    // Most of it must be more than the ring of hits.
    if (from >= 0 && last - from + 1 >= LASTING * rate && own > (last - from + 1) / 2) found.push([from, last]);
    from = -1;
    own = 0;
  };
  goes.forEach((on, i) => {
    if (on) {
      if (from < 0) from = i;
      last = i;
      own++;
    } else if (from >= 0 && i - last > BREAK * rate && (levels[i] ?? 0) <= threshold) end();
  });
  end();
  return found;
}
