/** Changes to an edit's stretches: each leaves every moment under one stretch at most. Pure. */
import type { Edit, SpanEdit, SpanShape } from './mix.ts';
import { isIn, overlap, type TimeSpan } from './span.ts';

/** Pieces shorter than this are what rounding leaves over, in seconds. */
const CRUMB = 1e-4;

/** The edit with `span` at a gain (dB, -Infinity mutes), in place of what was there. */
export function withSpan(edit: Edit, span: TimeSpan, gain: number, shape: SpanShape = 'level'): Edit {
  const added: SpanEdit = shape === 'level' ? { span, gain } : { span, gain, shape };
  const spans = [...withoutSpan(edit, span).spans, added].sort((a, b) => a.span.start - b.span.start);
  return { ...edit, spans };
}

/** The edit with nothing done to `span`. A level on both sides of it stays on both; a fade that it cuts goes. */
export function withoutSpan(edit: Edit, span: TimeSpan): Edit {
  return { ...edit, spans: edit.spans.flatMap((other) => rest(other, span)) };
}

function rest(other: SpanEdit, span: TimeSpan): SpanEdit[] {
  if (overlap(other.span, span) < CRUMB) return [other];
  if ((other.shape ?? 'level') !== 'level') return [];
  const pieces = [
    { start: other.span.start, end: Math.min(other.span.end, span.start) },
    { start: Math.max(other.span.start, span.end), end: other.span.end },
  ];
  return pieces.filter(({ start, end }) => end - start >= CRUMB).map((piece) => ({ ...other, span: piece }));
}

/** Amplitude factor of the stretches at a time, without the short ramps at their ends: for drawing. */
export function factorAt(spans: readonly SpanEdit[], time: number): number {
  return spans.reduce((factor, { span, gain, shape = 'level' }) => {
    if (!isIn(time, span)) return factor;
    const share = (time - span.start) / Math.max(CRUMB, span.end - span.start);
    const depth = shape === 'level' ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * (shape === 'out' ? share : 1 - share));
    return factor * (1 + (10 ** (gain / 20) - 1) * depth);
  }, 1);
}
