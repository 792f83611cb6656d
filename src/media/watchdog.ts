/** Ends work that shows no sign of life. It counts its own ticks, not the clock: a page that sleeps loses nothing. */

const TICK_MS = 1000;
/**
 * Ticks without a sign of life. The longest silence of work that goes on is an encoder emptying its queue of 4K pictures:
 * some five seconds on a quiet machine, ten times as long on one whose cores are all taken.
 */
const PATIENCE = 60;

export interface Watchdog {
  /** Work goes on: the count starts over. */
  beat(): void;
  stop(): void;
}

/** Calls `onStall` once after `patience` seconds without a beat. */
export function startWatchdog(onStall: () => void, patience = PATIENCE): Watchdog {
  let silent = 0;
  const timer = setInterval(() => {
    if (++silent < patience) return;
    clearInterval(timer);
    onStall();
  }, TICK_MS);
  return {
    beat: () => {
      silent = 0;
    },
    stop: () => clearInterval(timer),
  };
}
