/** Which stretch of time a drawing shows, and at which scale. Pure; x in CSS pixels from the left edge. */

export interface View {
  /** Seconds at the left edge. */
  readonly start: number;
  readonly perSecond: number;
  readonly width: number;
}

/** At most a millisecond every two pixels. */
const CLOSEST = 2000;

export function fitView(duration: number, width: number): View {
  return { start: 0, perSecond: Math.max(1, width) / Math.max(duration, 0.01), width };
}

export function timeAt(view: View, x: number): number {
  return view.start + x / view.perSecond;
}

export function xOf(view: View, time: number): number {
  return (time - view.start) * view.perSecond;
}

/** The time at the right edge. */
export function endOf(view: View): number {
  return timeAt(view, view.width);
}

/** Everything is in view. */
export function isFit(view: View, duration: number): boolean {
  return view.perSecond <= fitView(duration, view.width).perSecond * 1.001;
}

/** Within the sound, no farther out than all of it. */
export function clampView(view: View, duration: number): View {
  const perSecond = Math.max(fitView(duration, view.width).perSecond, Math.min(CLOSEST, view.perSecond));
  const latest = Math.max(0, duration - view.width / perSecond);
  return { start: Math.max(0, Math.min(latest, view.start)), perSecond, width: view.width };
}

/** `factor` times as close, with the time under `x` staying there. */
export function zoomAt(view: View, duration: number, factor: number, x: number): View {
  const { perSecond } = clampView({ ...view, perSecond: view.perSecond * factor }, duration);
  return clampView({ ...view, perSecond, start: timeAt(view, x) - x / perSecond }, duration);
}

export function scrollBy(view: View, duration: number, pixels: number): View {
  return clampView({ ...view, start: view.start + pixels / view.perSecond }, duration);
}

/** Turned over like a page when the time has left it; otherwise the same view. */
export function follow(view: View, duration: number, time: number): View {
  if (time >= view.start && time <= endOf(view)) return view;
  return clampView({ ...view, start: time - 0.08 * (view.width / view.perSecond) }, duration);
}

/** After a change of width the same stretch is shown, or all of it if all was. */
export function resized(view: View, duration: number, width: number): View {
  if (isFit(view, duration)) return fitView(duration, width);
  return clampView(
    { start: view.start, perSecond: view.perSecond * (width / Math.max(1, view.width)), width },
    duration,
  );
}

const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300];

export interface Tick {
  readonly time: number;
  /** Undefined for the small ones between. */
  readonly label?: string;
}

/** Ticks in view; labels stand at least `apart` pixels from each other. */
export function ticks(view: View, duration: number, apart = 64): Tick[] {
  const step = STEPS.find((seconds) => seconds * view.perSecond >= apart) ?? 600;
  const small = step / 5;
  const found: Tick[] = [];
  const last = Math.min(duration, endOf(view));
  for (let n = Math.ceil(view.start / small - 1e-6); n * small <= last + 1e-9; n++) {
    found.push(n % 5 === 0 ? { time: n * small, label: clockText(n * small, decimalsOf(step)) } : { time: n * small });
  }
  return found;
}

function decimalsOf(step: number): number {
  return step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
}

/** `1:04.25`, `0:03`. */
export function clockText(seconds: number, decimals = 2): string {
  const scale = 10 ** decimals;
  const rounded = Math.round(Math.max(0, seconds) * scale) / scale;
  const minutes = Math.floor(rounded / 60);
  const rest = (rounded - 60 * minutes).toFixed(decimals);
  return `${minutes}:${rest.padStart(decimals > 0 ? decimals + 3 : 2, '0')}`;
}
