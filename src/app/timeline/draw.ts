/** Draws a timeline's rows on a canvas. No state: the same scene gives the same picture. */
import { factorAt } from '../../dsp/edit.ts';
import type { Match } from '../../dsp/matching.ts';
import type { SpanEdit } from '../../dsp/mix.ts';
import { outline, type Peaks } from '../../dsp/peaks.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import type { Row, Rows } from './rows.ts';
import { endOf, ticks, timeAt, xOf, type View } from './view.ts';

export interface Colours {
  readonly ground: string;
  readonly sunken: string;
  readonly screen: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly seen: string;
  readonly font: string;
}

export interface Scene {
  readonly duration: number;
  readonly pictures: readonly HTMLImageElement[];
  readonly original: Peaks | undefined;
  readonly generated: Peaks | undefined;
  readonly offset: number;
  readonly edits: readonly SpanEdit[];
  /** Times of the hits that the sound is to have. */
  readonly hits: readonly number[];
  /** Where they are heard, the nudge included. */
  readonly heard: readonly number[];
  readonly matches: readonly Match[];
  readonly selection: TimeSpan | undefined;
  readonly trim: TimeSpan | undefined;
}

type Context = CanvasRenderingContext2D;

/** @param ratio device pixels a CSS pixel */
export function drawScene(canvas: HTMLCanvasElement, scene: Scene, view: View, rows: Rows, colours: Colours): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(view.width * ratio), Math.round(rows.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context || width === 0) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.sunken;
  context.fillRect(0, 0, view.width, rows.height);

  drawRuler(context, scene, view, rows.ruler, colours);
  if (rows.film) drawFilm(context, scene, view, rows.film, colours);
  fillSpan(context, scene.selection, view, rows.wave, colours.accentSoft);
  drawWave(context, scene, view, rows.wave, colours);
  drawEdits(context, scene, view, rows.wave, colours);
  drawMarks(context, scene, view, rows, colours);
  edgesOf(context, scene.selection, view, rows, colours.accent);
  if (scene.trim) shadeOutside(context, scene, view, rows, colours);
}

function drawRuler(context: Context, { duration }: Scene, view: View, row: Row, colours: Colours): void {
  context.font = `11px ${colours.font}`;
  context.textBaseline = 'top';
  context.fillStyle = colours.inkSoft;
  context.strokeStyle = colours.inkSoft;
  context.lineWidth = 1;
  context.beginPath();
  for (const { time, label } of ticks(view, duration)) {
    const x = Math.round(xOf(view, time)) + 0.5;
    context.moveTo(x, row.top + row.height);
    context.lineTo(x, row.top + row.height - (label === undefined ? 4 : 9));
    // A label that would be cut off at the right edge is left out.
    if (label !== undefined && x + context.measureText(label).width + 4 < view.width)
      context.fillText(label, x + 4, row.top + 4);
  }
  context.stroke();
}

function drawFilm(context: Context, { pictures, duration }: Scene, view: View, row: Row, colours: Colours): void {
  context.fillStyle = colours.screen;
  context.fillRect(0, row.top, Math.min(view.width, xOf(view, duration)), row.height);
  const first = pictures[0];
  if (!first || pictures.length === 0 || duration <= 0) return;
  // Tiles keep their place in time, so that they do not swim while one scrolls.
  const width = Math.max(24, (row.height * first.naturalWidth) / Math.max(1, first.naturalHeight));
  const step = width / view.perSecond;
  const end = Math.min(duration, endOf(view));
  for (let n = Math.floor(view.start / step); n * step < end; n++) {
    const at = Math.min(pictures.length - 1, Math.floor((((n + 0.5) * step) / duration) * pictures.length));
    const picture = pictures[at];
    if (!picture?.complete || picture.naturalWidth === 0) continue;
    const x = xOf(view, n * step);
    // The last tile is cut where the film ends.
    const shown = Math.min(1, (end - n * step) / step);
    context.drawImage(
      picture,
      0,
      0,
      picture.naturalWidth * shown,
      picture.naturalHeight,
      x,
      row.top,
      (width - 1) * shown,
      row.height,
    );
  }
}

function drawWave(context: Context, scene: Scene, view: View, row: Row, colours: Colours): void {
  context.fillStyle = colours.line;
  context.fillRect(0, Math.round(row.top + row.height / 2), view.width, 1);
  context.globalAlpha = 0.4;
  drawOutline(context, scene.original, 0, view, row, colours.inkSoft);
  context.globalAlpha = 1;
  drawOutline(context, scene.generated, scene.offset, view, row, colours.accent, (time) => factorAt(scene.edits, time));
}

function drawOutline(
  context: Context,
  peaks: Peaks | undefined,
  offset: number,
  view: View,
  row: Row,
  colour: string,
  factor: (time: number) => number = () => 1,
): void {
  if (!peaks) return;
  const columns = Math.ceil(view.width);
  const from = view.start - offset;
  const { lowest, highest } = outline(peaks, from, from + columns / view.perSecond, columns);
  const middle = row.top + row.height / 2;
  const half = row.height / 2 - 6;
  context.fillStyle = colour;
  for (let x = 0; x < columns; x++) {
    const [low = 0, high = 0] = [lowest[x], highest[x]];
    if (low === 0 && high === 0) continue;
    const turned = factor(timeAt(view, x + 0.5));
    if (turned < 1e-3) continue;
    const top = middle - raised(high * turned) * half;
    context.fillRect(x, top, 1, Math.max(1, middle - raised(low * turned) * half - top));
  }
}

/** The square root shows quiet sound, which a linear outline hides. */
function raised(value: number): number {
  return Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value)));
}

/** A bar at the foot of every edited stretch; hatched where nothing is left of the sound. */
function drawEdits(context: Context, { edits }: Scene, view: View, row: Row, colours: Colours): void {
  for (const { span, gain, shape = 'level' } of edits) {
    const [left, right] = [xOf(view, span.start), xOf(view, span.end)];
    if (right < 0 || left > view.width) continue;
    context.fillStyle = colours.inkSoft;
    context.fillRect(left, row.top + row.height - 3, Math.max(2, right - left), 3);
    if (gain > -60 || shape !== 'level') continue;
    context.save();
    context.beginPath();
    context.rect(left, row.top, right - left, row.height);
    context.clip();
    context.beginPath();
    for (let x = Math.max(left, 0) - row.height; x < Math.min(right, view.width); x += 9) {
      context.moveTo(x, row.top + row.height);
      context.lineTo(x + row.height, row.top);
    }
    context.globalAlpha = 0.45;
    context.strokeStyle = colours.inkSoft;
    context.lineWidth = 1;
    context.stroke();
    context.restore();
  }
}

const MARK = 5;

/** Heard moments point up from below; a link joins each to the hit above that it belongs to. */
function drawMarks(context: Context, { hits, heard, matches }: Scene, view: View, rows: Rows, colours: Colours): void {
  const top = rows.wave.top;
  const bottom = rows.heard.top;
  const inView = (x: number) => x > -MARK && x < view.width + MARK;
  context.lineWidth = 1.5;
  context.strokeStyle = colours.ink;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (const match of matches) {
    const [from, to] = [xOf(view, hits[match.seen] ?? 0), xOf(view, heard[match.heard] ?? 0)];
    if (!inView(from) && !inView(to)) continue;
    context.moveTo(from, top);
    context.lineTo(to, bottom);
  }
  context.stroke();
  context.globalAlpha = 1;
  const matched = new Set(matches.map((match) => match.heard));
  heard.forEach((time, n) => {
    const x = xOf(view, time);
    if (inView(x)) drawMark(context, x, bottom, colours.accent, matched.has(n));
  });
}

/** Full where it has a partner, open where it has none. */
function drawMark(context: Context, x: number, y: number, colour: string, full: boolean): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - MARK, y + MARK * 1.8);
  context.lineTo(x + MARK, y + MARK * 1.8);
  context.closePath();
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.stroke();
  if (!full) return;
  context.fillStyle = colour;
  context.fill();
}

function fillSpan(context: Context, span: TimeSpan | undefined, view: View, row: Row, colour: string): void {
  if (!span) return;
  context.fillStyle = colour;
  const left = xOf(view, span.start);
  context.fillRect(left, row.top, xOf(view, span.end) - left, row.height);
}

function edgesOf(context: Context, span: TimeSpan | undefined, view: View, rows: Rows, colour: string): void {
  if (!span) return;
  context.fillStyle = colour;
  for (const time of [span.start, span.end]) {
    const x = Math.round(xOf(view, time));
    context.fillRect(x - 1, rows.wave.top, 2, rows.wave.height);
    context.fillRect(x - 3, rows.wave.top + rows.wave.height / 2 - 12, 6, 24);
  }
}

function shadeOutside(context: Context, { trim, duration }: Scene, view: View, rows: Rows, colours: Colours): void {
  if (!trim) return;
  context.globalAlpha = 0.78;
  context.fillStyle = colours.ground;
  const from = rows.ruler.height;
  context.fillRect(xOf(view, 0), from, xOf(view, trim.start) - xOf(view, 0), rows.height - from);
  context.fillRect(xOf(view, trim.end), from, xOf(view, duration) - xOf(view, trim.end), rows.height - from);
  context.globalAlpha = 1;
}
