import { describe, expect, it } from 'vitest';
import { fitFrames, fitSamples, frameCount, sampleCount } from './counts.ts';

describe('frameCount', () => {
  it('covers the whole duration', () => {
    expect(frameCount(10, 15.625)).toBe(157);
    expect(frameCount(4, 15.625)).toBe(63);
    expect(frameCount(0.001, 15.625)).toBe(1);
  });

  it('is not thrown off by rounding: n frames last exactly n frames', () => {
    for (let n = 1; n < 9400; n++) expect(frameCount(n / 15.625, 15.625)).toBe(n);
    for (let n = 1; n < 9400; n++) expect(frameCount((n * 1001) / 30_000, 30_000 / 1001)).toBe(n);
  });
});

describe('sampleCount', () => {
  it('rounds to the nearest sample', () => {
    expect(sampleCount(4.096, 16_000)).toBe(65_536);
    expect(sampleCount(0.00004, 16_000)).toBe(1);
  });
});

describe('fitFrames', () => {
  const frames = Uint8Array.of(1, 1, 2, 2, 3, 3);

  it('cuts', () => expect([...fitFrames(frames, 2, 2)]).toEqual([1, 1, 2, 2]));
  it('holds the last frame', () => expect([...fitFrames(frames, 2, 5)]).toEqual([1, 1, 2, 2, 3, 3, 3, 3, 3, 3]));
  it('does not count a frame that is only partly there', () =>
    expect([...fitFrames(Uint8Array.of(1, 1, 2), 2, 2)]).toEqual([1, 1, 1, 1]));
  it('does not make a picture out of nothing', () =>
    expect(() => fitFrames(new Uint8Array(1), 2, 2)).toThrow(RangeError));
});

describe('fitSamples', () => {
  it('cuts and pads with silence', () => {
    expect([...fitSamples(Float32Array.of(1, 2, 3), 2)]).toEqual([1, 2]);
    expect([...fitSamples(Float32Array.of(1, 2, 3), 5)]).toEqual([1, 2, 3, 0, 0]);
  });
});
