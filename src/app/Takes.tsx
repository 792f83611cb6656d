import type { SoundSketch } from '../dsp/sketch.ts';
import type { Result } from '../state/types.ts';
import { formatSeconds } from './format.ts';
import { TrashIcon } from './icons.tsx';
import { useStudio } from './studio-context.ts';

interface TakesProps {
  readonly takes: readonly Result[];
  readonly selected: Result;
}

/** All takes side by side: press one, or its number, and it plays from where the last one was. */
export function Takes({ takes, selected }: TakesProps) {
  const studio = useStudio();
  const severalFiles = new Set(takes.map((take) => take.sourceName)).size > 1;
  return (
    <section className="takes" aria-label="Takes">
      <div className="takes-head">
        <h2>Takes</h2>
        {takes.length > 1 && (
          <p>
            Compare with <kbd>1</kbd> to <kbd>{Math.min(9, takes.length)}</kbd>, played equally loud. <kbd>0</kbd> is
            the original.
          </p>
        )}
      </div>
      <ol>
        {takes.map((take, index) => (
          <li key={take.blob} className="take" data-selected={take === selected}>
            <button
              type="button"
              className="take-pick"
              aria-pressed={take === selected}
              onClick={() => studio.selectTake(take.blob)}
            >
              <span className="take-number">{index + 1}</span>
              {take.task === 'v2a' ? (
                <Outline sketch={take.sketch} duration={take.duration} />
              ) : (
                <video
                  className="take-picture"
                  src={studio.blobs.url(take.blob)}
                  muted
                  playsInline
                  preload="metadata"
                />
              )}
              <span className="take-facts">
                Seed {take.seed} · {describe(take)}
              </span>
              {severalFiles && <span className="take-facts">{take.sourceName}</span>}
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={`Discard take ${index + 1}`}
              onClick={() => studio.discardTake(take.blob)}
            >
              <TrashIcon />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function describe({ task, sketch, seconds }: Result): string {
  const count = sketch.onsets.length;
  const made = `made in ${formatSeconds(seconds.total)}`;
  return task === 'v2a' ? `${count === 1 ? '1 onset' : `${count} onsets`} · ${made}` : made;
}

const WIDTH = 240;
const HEIGHT = 48;

/** The sound's outline, with a mark at every onset. */
function Outline({ sketch, duration }: { readonly sketch: SoundSketch; readonly duration: number }) {
  const { peaks, onsets } = sketch;
  const step = WIDTH / peaks.length;
  // The square root shows quiet sound, which a linear outline hides.
  const bars = peaks.map((peak, index) => {
    const half = Math.max(0.5, (Math.sqrt(peak) * (HEIGHT - 8)) / 2);
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
