/** The delay of this person on this device, as it was measured; and which delay counts for a performance. */
import { recall, remember } from '../page/remembered.ts';
import type { Studio } from '../../state/studio.ts';
import { fitDelay, USUAL_DELAY, type Delay, type Tap } from '../../timing/taps.ts';

const KEY = 'tap-delay';

export function knownDelay(): Delay | undefined {
  const [mean, spread] = (recall(KEY) ?? '').split(' ').map(Number);
  return mean !== undefined && spread !== undefined && Math.abs(mean) < 1 && spread >= 0
    ? { mean, spread, from: 'measured' }
    : undefined;
}

export function keepDelay(delay: Delay | undefined): void {
  remember(KEY, delay ? `${delay.mean} ${delay.spread}` : '');
}

/** The measured one; else the one that fits what is seen best; else the usual one. */
export function delayFor(studio: Studio, taps: readonly Tap[], rate: number): Delay {
  const { survey, timing } = studio.store.getState();
  // What a person has set says nothing about the picture.
  const read = timing.directed ? [] : (timing.shown?.hits ?? []).map(({ time }) => time);
  const seen = survey?.seen ?? [];
  return knownDelay() ?? fitDelay(taps, read, rate) ?? fitDelay(taps, seen, rate) ?? USUAL_DELAY;
}
