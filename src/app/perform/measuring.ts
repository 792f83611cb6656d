/** Eight flashes to be tapped along with: how late this person is on this device. */
import { measureDelay, type Delay } from '../../timing/taps.ts';

const FLASHES = 8;
/** Milliseconds from flash to flash, until the first, for which one is lit, and after the last. */
const EVERY = 700;
const UNTIL_FIRST = 1000;
const LIT = 100;
const AFTER = 500;

/**
 * @param onLit whether the flash is to be seen
 * @param taps page seconds of the taps so far
 * @param onEnd the delay; undefined where too few flashes were answered
 */
export function startMeasuring(
  onLit: (lit: boolean) => void,
  taps: () => readonly number[],
  onEnd: (delay: Delay | undefined) => void,
): { stop(): void } {
  const cues: number[] = [];
  let flashes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const flash = () => {
    flashes++;
    onLit(true);
    requestAnimationFrame(() => {
      if (stopped) return;
      // What is changed now is seen when the frame after this one begins.
      requestAnimationFrame((shown) => cues.push(shown / 1000));
    });
    setTimeout(() => {
      if (!stopped) onLit(false);
    }, LIT);
    timer = flashes < FLASHES ? setTimeout(flash, EVERY) : setTimeout(() => onEnd(measureDelay(taps(), cues)), AFTER);
  };
  timer = setTimeout(flash, UNTIL_FIRST);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
