import { fromDb } from '../../dsp/levels.ts';

const WIDTH = 240;
const HEIGHT = 48;

interface OutlineProps {
  /** 0..1, evenly spread. */
  readonly peaks: readonly number[];
  /** Decibels by which the sound comes louder. */
  readonly gain?: number;
  /** Seconds. */
  readonly onsets?: readonly number[];
  readonly duration?: number;
}

/** A sound's outline, with a mark at every onset. */
export function Outline({ peaks, gain = 0, onsets = [], duration = 1 }: OutlineProps) {
  const step = WIDTH / peaks.length;
  const factor = fromDb(gain);
  // The square root shows quiet sound, which a linear outline hides.
  const bars = peaks.map((peak, index) => {
    const half = Math.max(0.5, (Math.sqrt(Math.min(1, peak * factor)) * (HEIGHT - 8)) / 2);
    return `M${((index + 0.5) * step).toFixed(1)} ${(HEIGHT / 2 + 4 - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
  });
  const marks = onsets.map((time) => `M${((time / duration) * WIDTH).toFixed(1)} 0v6`);
  return (
    <svg className="outline" viewBox={`0 0 ${WIDTH} ${HEIGHT + 4}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="outline-bars" d={bars.join('')} />
      <path className="outline-onsets" d={marks.join('')} />
    </svg>
  );
}
