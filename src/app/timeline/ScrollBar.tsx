import { timelineText } from '../../text/timeline.ts';
import { useTexts } from '../page/language.ts';
import { clockText, isFit, type View } from './view.ts';

interface ScrollBarProps {
  readonly view: View;
  /** Seconds. */
  readonly duration: number;
  readonly onScroll: (start: number) => void;
}

/** Moves what is shown, where that is not everything. */
export function ScrollBar({ view, duration, onScroll }: ScrollBarProps) {
  const t = useTexts(timelineText);
  if (isFit(view, duration)) return null;
  return (
    <input
      className="timeline-scroll"
      type="range"
      aria-label={t.scroll}
      min={0}
      max={Math.max(0, duration - view.width / view.perSecond)}
      step="any"
      value={view.start}
      aria-valuetext={clockText(view.start)}
      onChange={(event) => onScroll(event.target.valueAsNumber)}
    />
  );
}
