/** What an edit of the timing touches, so that only that is made anew. */
import type { TimeSpan } from '../dsp/span.ts';
import { TRACK_VALUES } from './track.ts';
import type { TimingTrack } from './types.ts';

/** Differences that nobody hears, in the units of a track. */
const SLACK = 1e-4;

/**
 * Where two tracks of one clip differ, in seconds of the clip, rising and apart; all of the clip where they are not equally
 * long, and nothing where they are the same.
 *
 * @param rate audio latents a second
 * @param margin seconds added before and after each difference; what then touches is one span
 */
export function changedSpans(before: TimingTrack, after: TimingTrack, rate: number, margin: number): TimeSpan[] {
  const latents = after.length / TRACK_VALUES;
  if (before.length !== after.length) return [{ start: 0, end: latents / rate }];
  const spans: { start: number; end: number }[] = [];
  for (let i = 0; i < latents; i++) {
    const at = i * TRACK_VALUES;
    if (!differs(at) && !differs(at + 1)) continue;
    const start = Math.max(0, i / rate - margin);
    const end = Math.min(latents, i + 1 + margin * rate) / rate;
    const last = spans.at(-1);
    if (last && start <= last.end) last.end = end;
    else spans.push({ start, end });
  }
  return spans;

  function differs(at: number): boolean {
    return Math.abs((before[at] ?? 0) - (after[at] ?? 0)) > SLACK;
  }
}
