import { describe, expect, test } from 'vitest';
import { factorAt, withoutSpan, withSpan } from './edit.ts';
import { defaultEdit, renderMix } from './mix.ts';

const span = (start: number, end: number) => ({ start, end });

describe('edited stretches', () => {
  test('are kept in order, a new one takes the place of what it covers', () => {
    const two = withSpan(withSpan(defaultEdit, span(3, 4), -6), span(1, 2), -Infinity);
    expect(two.spans.map((part) => part.span.start)).toEqual([1, 3]);
    const over = withSpan(two, span(1.5, 3.5), -12);
    expect(over.spans).toEqual([
      { span: span(1, 1.5), gain: -Infinity },
      { span: span(1.5, 3.5), gain: -12 },
      { span: span(3.5, 4), gain: -6 },
    ]);
    expect(withSpan(two, span(0, 9), 0).spans).toHaveLength(1);
  });
  test('clearing cuts a level in two and takes a fade away', () => {
    const level = withSpan(defaultEdit, span(1, 4), -6);
    expect(withoutSpan(level, span(2, 3)).spans.map((part) => part.span)).toEqual([span(1, 2), span(3, 4)]);
    const fade = withSpan(defaultEdit, span(1, 4), -Infinity, 'out');
    expect(withoutSpan(fade, span(2, 3)).spans).toEqual([]);
    expect(withoutSpan(fade, span(4, 5)).spans).toEqual(fade.spans);
    expect(withoutSpan(withSpan(defaultEdit, span(1, 2), -6), span(1.00001, 2)).spans).toEqual([]);
  });
  test('the factor that is drawn is the one that is heard', () => {
    const edit = withSpan(withSpan(defaultEdit, span(0.5, 1), -Infinity, 'out'), span(1.2, 1.6), -6);
    const generated = { channels: [new Float32Array(96_000).fill(0.5)], sampleRate: 48_000 };
    const [heard] = renderMix({ generated, edit, duration: 2 }).channels;
    for (const time of [0.2, 0.6, 0.75, 0.9, 1.1, 1.3, 1.5, 1.8]) {
      expect(factorAt(edit.spans, time)).toBeCloseTo((heard?.[Math.round(time * 48_000)] ?? NaN) / 0.5, 2);
    }
  });
});
