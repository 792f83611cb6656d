import { describe, expect, it } from 'vitest';
import { cutOf, spanOf } from './cut.ts';

/** Packets "time[K][D]" of 100 bytes in decoding order as ffprobe lists them, on a clock that starts at 10 s. */
function list(packets: string): string {
  return packets
    .split(' ')
    .map((text) => {
      const time = parseFloat(text);
      const flags = `${text.includes('K') ? 'K' : '_'}${text.includes('D') ? 'D' : '_'}`;
      return `${Number.isNaN(time) ? 'N/A' : (time + 10).toFixed(6)},100,${flags}`;
    })
    .join('\n');
}
const cut = (packets: string, start: number, end: number) =>
  cutOf(`${list(packets)}\n0,h264,video,1/15360\nmov,2,0.000000,5.0\n`, { start, end }, 10);

describe('cutOf', () => {
  const CLOSED = '0K 0.3 0.1 0.2 0.4 0.5K 0.7 0.6 0.8 0.9';

  it('is clean at a key frame, also a hair behind it', () => {
    expect(cut(CLOSED, 0.5, 0.8)).toMatchObject({ clean: true, picture: 0.5, keyFrames: [0.5], bytes: 300 });
    expect(cut(CLOSED, 0.504, 0.8).clean).toBe(true);
    expect(cut(CLOSED, 0.52, 0.8).clean).toBe(false);
  });

  it('names the picture on show at the start, counts it, and lists the key frames to cut at', () => {
    const { clean, picture, keyFrames, bytes } = cut(CLOSED, 0.25, 0.65);
    expect({ clean, keyFrames, bytes }).toEqual({ clean: false, keyFrames: [0, 0.5], bytes: 500 });
    expect(picture).toBeCloseTo(0.2);
  });

  it('is not clean where a later packet reaches back across the key frame', () => {
    expect(cut('0K 0.2 0.1 0.5K 0.4 0.3 0.7 0.6', 0.5, 0.7).clean).toBe(false);
  });

  it('is not clean at a key frame that is itself hidden', () => {
    expect(cut('0KD 0.1D 0.2 0.3 0.4', 0.2, 0.4)).toMatchObject({ clean: false, picture: 0.2, keyFrames: [] });
  });

  it('is always clean at the start of the file', () => {
    expect(cut('0KD 0.1D 0.2 0.3', 0, 0.25)).toMatchObject({ clean: true, bytes: 100 });
  });

  it('begins with the first picture where none has appeared yet', () => {
    expect(cut('0.6K 0.7 0.8', 0.3, 0.8)).toMatchObject({ clean: true, picture: 0.6 });
    expect(cut('0.6 0.7K 0.8', 0.3, 0.8)).toMatchObject({ clean: false, picture: 0.6 });
  });

  it('promises nothing where packets have no times', () => {
    const unknown = cut('K x x', 0.3, 0.8);
    expect(unknown).toEqual({ range: { start: 0.3, end: 0.8 }, clean: false, keyFrames: [], bytes: 0 });
    expect(cutOf('', { start: 1, end: 2 }, 0).clean).toBe(false);
  });
});

describe('spanOf', () => {
  it('clamps a range to the file, and is the whole file without one', () => {
    expect(spanOf({ duration: 5 }, undefined)).toEqual({ start: 0, end: 5 });
    expect(spanOf({ duration: 5 }, { start: -1, end: 9 })).toEqual({ start: 0, end: 5 });
  });

  it.each([
    [2, 2],
    [3, 1],
    [6, 9],
    [NaN, 2],
  ])('refuses %d to %d', (start, end) => {
    expect(() => spanOf({ duration: 5 }, { start, end })).toThrow(expect.objectContaining({ code: 'zero-length' }));
  });
});
