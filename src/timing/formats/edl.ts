/**
 * Edit decision lists (CMX 3600): a line "* LOC: timecode COLOUR text" for each hit, as Avid, Premiere and Resolve read and write
 * locators. Read also are the marker lists of Resolve, whose events are the markers.
 */
import type { Hit, Timing } from '../types.ts';
import { noHits } from './failures.ts';
import { canDrop, fpsOf, frameAt, frameOfTimecode, nearestRate, secondsAt, timecode, type FrameRate } from './frame-rate.ts'; // prettier-ignore
import { amountText, strengthOf } from './label-text.ts';
import type { RawTiming, WriteContext } from './types.ts';

const CODE = String.raw`\d{2}:\d{2}:\d{2}[:;.,]\d{2,3}`;
const EVENT = new RegExp(String.raw`^\s*\d{1,6}\s+\S.*?(${CODE})\s+(${CODE})\s+(${CODE})\s+(${CODE})\s*$`);
const LOCATOR = new RegExp(String.raw`^\s*\*?\s*LOC:\s*(${CODE})\s*(.*)$`, 'i');
const RESOLVE = /\|M:([^|]*)/;
const RATE = /^\*\s*FRAME RATE:\s*([\d.]+)/im;
/** Programmes begin at this hour. */
const FIRST_HOUR = 1;

/** Whether a text looks like such a list. */
export function isEdl(text: string): boolean {
  return text.split(/\r\n?|\n/).some((line) => EVENT.test(line) || LOCATOR.test(line) || /^\s*FCM:/i.test(line));
}

/**
 * Hits on the clock of the sequence, which begins with the first event; lists of Resolve begin with a full hour.
 * @param fps of the picture, where the list does not say its own
 */
export function readEdl(text: string, fps?: number): RawTiming {
  const drop = /^\s*FCM:\s*DROP/im.test(text) || (!/^\s*FCM:/im.test(text) && /\d\d:\d\d:\d\d;\d\d/.test(text));
  const { rate, assumed } = rateOf(text, drop, fps);
  const frame = (code: string) => frameOfTimecode(code, rate, drop && canDrop(rate));
  const hour = frameOfTimecode('01:00:00:00', rate, drop && canDrop(rate));
  const wholeHours = (first: number) => (first >= hour ? Math.floor(first / hour) * hour : 0);

  const hits: Hit[] = [];
  let begins: number | undefined;
  let event: number | undefined;
  for (const line of text.split(/\r\n?|\n/)) {
    const record = EVENT.exec(line)?.[3];
    if (record !== undefined) {
      event = frame(record);
      begins = Math.min(begins ?? Infinity, event);
      continue;
    }
    const locator = LOCATOR.exec(line);
    const named = RESOLVE.exec(line);
    if (locator) {
      const at = frame(locator[1] ?? '');
      begins ??= wholeHours(at);
      hits.push({ time: secondsAt(at - begins, rate), strength: strengthOf(locator[2] ?? '') });
    } else if (named && event !== undefined) {
      hits.push({ time: secondsAt(event - wholeHours(event), rate), strength: strengthOf(named[1] ?? '') });
    }
  }
  if (hits.length === 0) throw noHits('markers');
  return { hits, level: [], ...(assumed ? { assumedFps: Number(fpsOf(rate).toFixed(3)) } : {}) };
}

/** The rate that the list tells, else that of the picture, else one that its timecodes allow. */
function rateOf(text: string, drop: boolean, fps: number | undefined): { rate: FrameRate; assumed: boolean } {
  const told = Number(RATE.exec(text)?.[1] ?? NaN);
  if (told > 0) return { rate: nearestRate(told), assumed: false };
  if (fps !== undefined) {
    const rate = nearestRate(fps);
    return { rate: drop && !canDrop(rate) ? nearestRate(30 / 1.001) : rate, assumed: drop && !canDrop(rate) };
  }
  if (drop) return { rate: nearestRate(30 / 1.001), assumed: false };
  const codes = text.match(new RegExp(CODE, 'g')) ?? [];
  const most = codes.reduce((max, code) => Math.max(max, Number(/\d+$/.exec(code)?.[0])), 0);
  return { rate: nearestRate(most < 25 ? 25 : most < 30 ? 30 : 60), assumed: true };
}

/** One event as long as the picture, from 01:00:00:00 on, with a locator for each hit; to the frame. */
export function writeEdl({ hits }: Timing, { fps = 25, duration, name }: WriteContext): string {
  const rate = nearestRate(fps);
  const drop = canDrop(rate);
  const begins = frameOfTimecode(`0${FIRST_HOUR}:00:00:00`, rate, drop);
  const code = (frame: number) => timecode(frame, rate, drop);
  const last = hits.at(-1);
  const frames = Math.max(1, frameAt(duration, rate), last ? frameAt(last.time, rate) + 1 : 0);
  const title = name.replace(/[^\S ]/g, ' ');
  return [
    `TITLE: ${title}`,
    `FCM: ${drop ? 'DROP FRAME' : 'NON-DROP FRAME'}`,
    `* FRAME RATE: ${Number(fpsOf(rate).toFixed(3))}`,
    '',
    `001  AX       V     C        ${[0, frames, begins, begins + frames].map(code).join(' ')}`,
    `* FROM CLIP NAME: ${title}`,
    ...hits.map(({ time, strength }) => {
      return `* LOC: ${code(begins + frameAt(time, rate))} GREEN   HIT ${amountText(strength)}`;
    }),
    '',
  ].join('\n');
}
