/** Draws the timing lane on a canvas. No state: the same scene gives the same picture. */
import type { TimeSpan } from '../../dsp/span.ts';
import type { Hit, LevelPoint, Timing } from '../../timing/types.ts';
import type { Colours } from '../timeline/draw.ts';
import { timeAt, xOf, type View } from '../timeline/view.ts';
import { HANDLE_AWAY, yOfValue } from './lane-layout.ts';
import { ends } from './near.ts';

export interface LaneScene {
  readonly timing: Timing;
  readonly chosen: readonly number[];
  readonly band: TimeSpan | undefined;
  /** Level points are shown, since they can be taken hold of. */
  readonly showsPoints: boolean;
  /** The part that is used; the rest is shaded. */
  readonly trim: TimeSpan | undefined;
}

type Context = CanvasRenderingContext2D;

/** Radius of a head. */
const HEAD = 4;

export function drawLane(
  canvas: HTMLCanvasElement,
  scene: LaneScene,
  view: View,
  height: number,
  colours: Colours,
): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, tall] = [Math.round(view.width * ratio), Math.round(height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== tall) canvas.height = tall;
  const context = canvas.getContext('2d');
  if (!context || width === 0) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.sunken;
  context.fillRect(0, 0, view.width, height);
  context.fillStyle = colours.line;
  context.fillRect(0, 0, view.width, 1);
  context.fillRect(0, height - 1, view.width, 1);

  const { timing, chosen, band } = scene;
  if (chosen.length > 1) drawRange(context, chosen, view, height, colours);
  drawLevel(context, timing.level, view, height, colours, scene.showsPoints);
  drawHits(context, timing.hits, new Set(chosen), view, height, colours, ratio);
  if (band) drawBand(context, band, view, height, colours);
  if (scene.trim) shadeOutside(context, scene.trim, view, height, colours);
}

function shadeOutside(context: Context, trim: TimeSpan, view: View, height: number, colours: Colours): void {
  const [left, right] = [xOf(view, trim.start), xOf(view, trim.end)];
  context.globalAlpha = 0.78;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, left, height);
  context.fillRect(right, 0, view.width - right, height);
  context.globalAlpha = 1;
}

function drawLevel(
  context: Context,
  level: readonly LevelPoint[],
  view: View,
  height: number,
  colours: Colours,
  points: boolean,
): void {
  const [first, last] = [level[0], level.at(-1)];
  if (!first || !last) return;
  const bottom = yOfValue(0, height);
  context.beginPath();
  context.moveTo(xOf(view, first.time), bottom);
  for (const { time, level: value } of level) context.lineTo(xOf(view, time), yOfValue(value, height));
  context.lineTo(xOf(view, last.time), bottom);
  context.fillStyle = colours.seen;
  context.globalAlpha = 0.16;
  context.fill();
  context.globalAlpha = 0.7;
  context.strokeStyle = colours.seen;
  context.lineWidth = 1.25;
  context.stroke();
  context.globalAlpha = 1;
  if (!points) return;
  context.fillStyle = colours.ground;
  context.lineWidth = 1.5;
  for (const { time, level: value } of level) {
    const x = xOf(view, time);
    if (x < -6 || x > view.width + 6) continue;
    context.beginPath();
    context.rect(x - 3, yOfValue(value, height) - 3, 6, 6);
    context.fill();
    context.stroke();
  }
}

/** Stems and heads of what is in view. Where hits crowd, one stands for those of a column: the strongest. */
function drawHits(
  context: Context,
  hits: readonly Hit[],
  chosen: ReadonlySet<number>,
  view: View,
  height: number,
  colours: Colours,
  ratio: number,
): void {
  const from = timeAt(view, -2 * HEAD);
  const to = timeAt(view, view.width + 2 * HEAD);
  const shown = hits.filter(({ time }) => time >= from && time <= to);
  const apart = view.width / Math.max(1, shown.length);
  const head = apart < 5 ? 1.5 : apart < 10 ? 2.5 : HEAD;
  const columns = new Map<number, Hit>();
  for (const hit of shown) {
    const column = Math.round(xOf(view, hit.time) * ratio);
    const before = columns.get(column);
    const isChosen = chosen.has(hit.time);
    if (!before || isChosen || (hit.strength > before.strength && !chosen.has(before.time))) columns.set(column, hit);
  }
  for (const [column, hit] of columns) {
    const x = (column + 0.5) / ratio;
    const y = yOfValue(hit.strength, height);
    const isChosen = chosen.has(hit.time);
    context.globalAlpha = isChosen || hit.certainty === undefined ? 1 : 0.3 + 0.7 * hit.certainty;
    context.fillStyle = isChosen ? colours.accent : hit.certainty === undefined ? colours.ink : colours.seen;
    const stem = isChosen ? 2.5 : apart < 4 ? 1 / ratio : 1.5;
    context.fillRect(x - stem / 2, y, stem, height - 3 - y);
    drawHead(context, x, y, isChosen ? head + 1 : head, hit.certainty === undefined);
    if (!isChosen) continue;
    context.strokeStyle = colours.accent;
    context.globalAlpha = 0.45;
    context.lineWidth = 3;
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A disc for what was read, a diamond for what a person set: told apart without colours. */
function drawHead(context: Context, x: number, y: number, size: number, isOwn: boolean): void {
  context.beginPath();
  if (isOwn) {
    const reach = size * 1.3;
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  } else {
    context.arc(x, y, size, 0, 2 * Math.PI);
  }
  context.fill();
}

/** The stretch of the chosen hits, with the handles that stretch it. */
function drawRange(context: Context, chosen: readonly number[], view: View, height: number, colours: Colours): void {
  const [first, last] = ends(chosen);
  const [left, right] = [xOf(view, first) - HANDLE_AWAY, xOf(view, last) + HANDLE_AWAY];
  context.fillStyle = colours.accentSoft;
  context.fillRect(left, 1, right - left, height - 2);
  context.fillStyle = colours.accent;
  for (const x of [left, right]) {
    context.fillRect(Math.round(x) - 1, 1, 2, height - 2);
    context.fillRect(Math.round(x) - 3, height / 2 - 9, 6, 18);
  }
}

function drawBand(context: Context, band: TimeSpan, view: View, height: number, colours: Colours): void {
  const [left, right] = [xOf(view, band.start), xOf(view, band.end)];
  context.globalAlpha = 0.25;
  context.fillStyle = colours.accent;
  context.fillRect(left, 1, right - left, height - 2);
  context.globalAlpha = 1;
  context.strokeStyle = colours.accent;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.strokeRect(Math.round(left) + 0.5, 1.5, Math.max(1, Math.round(right - left) - 1), height - 3);
  context.setLineDash([]);
}
