/** Frames and timecodes as editors count them. Pure. */

/** A frame lasts `ticks / scale` seconds: 1001/30000 for 29.97. */
export interface FrameRate {
  readonly ticks: number;
  readonly scale: number;
  /** Frames that a timecode counts in a second: 30 for 29.97. */
  readonly nominal: number;
}

const RATES: readonly FrameRate[] = [24, 25, 30, 48, 50, 60, 100, 120].flatMap((nominal) => [
  // Rates of television in America are a thousandth slower.
  ...(nominal % 25 === 0 ? [] : [{ ticks: 1001, scale: nominal * 1000, nominal }]),
  { ticks: 100, scale: nominal * 100, nominal },
]);

export const fpsOf = ({ ticks, scale }: FrameRate): number => scale / ticks;

/** The rate of editors that is nearest to any rate: phones write 29.83. */
export function nearestRate(fps: number): FrameRate {
  const apart = (rate: FrameRate) => Math.abs(Math.log(fpsOf(rate) / fps));
  return RATES.reduce((best, rate) => (apart(rate) < apart(best) ? rate : best));
}

/** Whether some numbers are left out, so that timecodes keep up with the clock: at 29.97 and 59.94 only. */
export function canDrop({ ticks, nominal }: FrameRate): boolean {
  return ticks === 1001 && nominal % 30 === 0;
}

export function frameAt(seconds: number, { ticks, scale }: FrameRate): number {
  return Math.round((seconds * scale) / ticks);
}

export function secondsAt(frame: number, { ticks, scale }: FrameRate): number {
  return (frame * ticks) / scale;
}

/** "01:00:00:00", and "01:00:00;00" where numbers are left out. */
export function timecode(frame: number, rate: FrameRate, drop: boolean): string {
  const { nominal } = rate;
  let counted = frame;
  if (drop) {
    // 2 numbers of every minute but each tenth, or 4 at twice the rate.
    const left = nominal / 15;
    const minute = nominal * 60 - left;
    const ten = nominal * 600 - 9 * left;
    const tens = Math.floor(frame / ten);
    const rest = frame % ten;
    counted += 9 * left * tens + (rest < nominal * 60 ? 0 : left * (1 + Math.floor((rest - nominal * 60) / minute)));
  }
  const pad = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(counted / nominal);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(pad).join(':');
  return `${clock}${drop ? ';' : ':'}${pad(counted % nominal)}`;
}

/** Frame of a timecode; NaN for what is none. */
export function frameOfTimecode(text: string, { nominal }: FrameRate, drop: boolean): number {
  const found = /^(\d{1,2}):(\d\d):(\d\d)[:;.,](\d{2,3})$/.exec(text.trim());
  if (!found) return NaN;
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = found.slice(1).map(Number);
  const all = hours * 60 + minutes;
  const counted = (all * 60 + seconds) * nominal + frames;
  return drop ? counted - (nominal / 15) * (all - Math.floor(all / 10)) : counted;
}
