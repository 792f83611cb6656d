import { expect, test } from 'vitest';
import { TIME_STEP } from '../edit.ts';
import { apart, played, unlike } from './hits.testing.ts';
import { readHits } from './read-hits.ts';
import { HITS_FORMATS } from './types.ts';
import { formatOfName, keepsLevel, writeHits } from './write-hits.ts';

const RATES = [24 / 1.001, 24, 25, 30 / 1.001, 30, 50, 60 / 1.001, 60];
const DURATION = 62;

test.each(['audacity', 'csv', 'midi'] as const)('%s keeps times within .1 ms', async (format) => {
  const { fileName, content } = writeHits(played, format, { duration: DURATION, name: 'My clip.mp4' });
  expect(formatOfName(fileName)).toBe(format);
  const read = await readHits(content, { name: fileName, duration: DURATION });
  expect(read.format).toBe(format);
  expect(read.notices).toEqual([]);
  expect(apart(read.timing, played)).toBeLessThan(0.000_1);
  expect(unlike(read.timing, played)).toBeLessThanOrEqual(format === 'midi' ? 0.5 / 127 : 1e-9);
  expect(read.timing.level).toEqual(keepsLevel(format) ? played.level : []);
});

test.each(RATES.flatMap((fps) => (['fcpxml', 'edl'] as const).map((format) => [format, fps] as const)))(
  '%s keeps times to the frame at %f frames a second',
  async (format, fps) => {
    const { fileName, content } = writeHits(played, format, { fps, duration: DURATION, name: 'clip.mov' });
    // The file tells its own rate.
    const read = await readHits(content, { name: fileName, fps: 12, duration: DURATION });
    expect(read.format).toBe(format);
    expect(read.notices).toEqual([]);
    expect(apart(read.timing, played)).toBeLessThanOrEqual(0.5 / fps + TIME_STEP);
    expect(unlike(read.timing, played)).toBeLessThan(1e-9);
  },
);

test.each(HITS_FORMATS)('ten thousand hits go through %s', async (format) => {
  const hits = Array.from({ length: 10_000 }, (_, i) => ({ time: i * 0.05, strength: ((i % 20) + 1) / 20 }));
  const { fileName, content } = writeHits({ hits, level: [] }, format, { fps: 60, duration: 600, name: 'a.mp4' });
  const { timing } = await readHits(content, { name: fileName, fps: 60, duration: 600 });
  expect(apart(timing, { hits, level: [] })).toBeLessThanOrEqual(0.5 / 60 + TIME_STEP);
});

test('a name with signs of XML, line breaks or other scripts does no harm', async () => {
  for (const format of HITS_FORMATS) {
    const name = 'A & <b> "c"\n드럼.take.mp4';
    const { fileName, content } = writeHits(played, format, { fps: 25, duration: DURATION, name });
    expect(fileName).toContain('드럼.take.hits.');
    expect(apart((await readHits(content, { name: 'x', fps: 25 })).timing, played)).toBeLessThan(0.03);
  }
});
