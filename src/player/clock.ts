/** Clocks that are read with noise. Pure. All times in seconds. */

export interface Meter {
  add(value: number): void;
  /** Undefined until `least` values were added. */
  median(least?: number): number | undefined;
  clear(): void;
}

/** The median of the last `size` readings: one late reading does not count. */
export function createMeter(size: number): Meter {
  let values: number[] = [];
  return {
    add(value) {
      if (Number.isFinite(value)) values = [...values, value].slice(-size);
    },
    median(least = 1) {
      if (values.length < least) return undefined;
      const sorted = [...values].sort((a, b) => a - b);
      const middle = (sorted.length - 1) / 2;
      return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
    },
    clear() {
      values = [];
    },
  };
}

/** Where something that runs is: at `position` when the page clock says `at`. */
export interface Running {
  readonly position: number;
  readonly at: number;
}

export function positionAt({ position, at }: Running, now: number, rate = 1): number {
  return position + (now - at) * rate;
}

export interface StartPlan {
  /** Seconds from now until the picture is told to start. */
  readonly pictureIn: number;
  /** Page time at which the first sample is to be heard. */
  readonly heardAt: number;
}

/**
 * When to start picture and sound so that both begin at the same moment.
 * @param earliest page time at which a sample that is scheduled now can be heard
 * @param pictureLag seconds from telling the picture to start until its clock runs
 */
export function planStart(now: number, earliest: number, pictureLag: number): StartPlan {
  const pictureIn = Math.max(0, earliest - pictureLag - now);
  return { pictureIn, heardAt: now + pictureIn + pictureLag };
}

/** The page clock. */
export function pageNow(): number {
  return performance.now() / 1000;
}
