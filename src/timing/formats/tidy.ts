/** What was found in a file as a `Timing`: in order, one hit at a time, within the picture. */
import type { Notice } from '../../notices.ts';
import { clipTiming, MAX_HITS, MIN_STRENGTH, roundTime, tooManyHits } from '../edit.ts';
import type { Hit, Timing } from '../types.ts';
import { allOutside } from './failures.ts';
import type { RawTiming } from './types.ts';

/** Hits closer than this are at one time, in seconds: notes of a chord, markers on one frame. */
const ONE_TIME = 0.000_5;
/** A hit at the very end may lie beyond it by as much as a frame rounds. */
const END = 0.02;

export interface Tidy {
  readonly timing: Timing;
  readonly notices: readonly Notice[];
}

/**
 * Throws `too-many-hits` above 10,000 hits, and `hits-none` when all that there is lies outside.
 * @param duration seconds; hits outside are kept out
 */
export function tidyTiming({ hits, level, assumedFps }: RawTiming, duration = Infinity): Tidy {
  const inside = hits.filter(({ time }) => time >= 0 && time <= duration + END);
  const outside = hits.length - inside.length;
  if (inside.length === 0 && outside > 0) throw allOutside(outside, duration);

  const joined = joinHits(
    inside.map(({ time, strength }) => ({
      time: roundTime(Math.min(time, duration)),
      strength: Math.max(MIN_STRENGTH, strength),
    })),
  );
  if (joined.length > MAX_HITS) throw tooManyHits(joined.length);
  const notices: Notice[] = [];
  const together = inside.length - joined.length;
  if (together > 0) notices.push(joinedNotice(together));
  if (outside > 0) notices.push(outsideNotice(outside, duration));
  if (assumedFps !== undefined) notices.push(assumedNotice(assumedFps));
  return { timing: clipTiming({ hits: joined, level }, { start: 0, end: duration }), notices };
}

/** Hits in order; of those at one time, the strongest counts. */
export function joinHits(hits: readonly Hit[], within = ONE_TIME): Hit[] {
  const joined: Hit[] = [];
  for (const { time, strength } of [...hits].sort((a, b) => a.time - b.time)) {
    const last = joined.at(-1);
    if (last && time - last.time < within) {
      joined[joined.length - 1] = { time: last.time, strength: Math.max(last.strength, strength) };
    } else {
      joined.push({ time, strength });
    }
  }
  return joined;
}

function joinedNotice(count: number): Notice {
  const message =
    count === 1 ? 'Two hits at one time became one.' : `${count} hits at the time of another one were joined with it.`;
  return { code: 'hits-joined', message, values: { count } };
}

function outsideNotice(count: number, duration: number): Notice {
  const seconds = duration.toFixed(2);
  const hits = count === 1 ? 'One hit lies' : `${count} hits lie`;
  return {
    code: 'hits-outside',
    message: `${hits} outside the file, which is ${seconds} s long, and ${count === 1 ? 'was' : 'were'} left out.`,
    values: { count, seconds },
  };
}

function assumedNotice(fps: number): Notice {
  return {
    code: 'hits-rate-assumed',
    message: `The timecodes do not tell their frame rate. They were read at ${fps} frames per second.`,
    values: { fps },
  };
}
