import { expect, test } from 'vitest';
import { frameOfTimecode, nearestRate, timecode } from './frame-rate.ts';
import { readHits } from './read-hits.ts';

const timesOf = async (text: string, name: string, fps?: number) =>
  (await readHits(text, { name, fps })).timing.hits.map(({ time }) => Number(time.toFixed(6)));

test('drop-frame timecode keeps up with the clock', () => {
  const rate = nearestRate(29.97);
  // SMPTE 12M: numbers 0 and 1 of each minute are left out, except of every tenth.
  expect(timecode(1799, rate, true)).toBe('00:00:59;29');
  expect(timecode(1800, rate, true)).toBe('00:01:00;02');
  expect(timecode(17_981, rate, true)).toBe('00:09:59;29');
  expect(timecode(17_982, rate, true)).toBe('00:10:00;00');
  expect(timecode(107_892, rate, true)).toBe('01:00:00;00');
  expect(timecode(107_892, rate, false)).toBe('00:59:56:12');
});

test.each([29.97, 59.94])('every drop-frame timecode at %f comes back', (fps) => {
  const rate = nearestRate(fps);
  const frames = Array.from({ length: 40_000 }, (_, frame) => frame);
  expect(frames.filter((frame) => frameOfTimecode(timecode(frame, rate, true), rate, true) !== frame)).toEqual([]);
});

test('rates of phones are those of editors', () => {
  const of = (fps: number) => nearestRate(fps).scale / nearestRate(fps).ticks;
  expect([23.976, 24, 25, 29.97, 30, 59.94].map(of).map((fps) => Number(fps.toFixed(3)))).toEqual([
    23.976, 24, 25, 29.97, 30, 59.94,
  ]);
  expect(of(29.83)).toBeCloseTo(29.97, 2);
  expect(of(15.6)).toBeCloseTo(23.976, 2);
});

test('an EDL of Avid: locators count from the first event', async () => {
  const edl = `TITLE: CUT
FCM: DROP FRAME

001  A001     V     C        10:00:00;00 10:00:10;00 01:00:00;00 01:00:10;00
* FROM CLIP NAME: drums
* LOC: 01:00:01;00 RED     HIT 0.50
* LOC: 01:00:02;15 GREEN   snare
`;
  expect(await timesOf(edl, 'a.edl')).toEqual([1.001, 2.5025]);
  expect((await readHits(edl, { name: 'a.edl' })).timing.hits[0]?.strength).toBe(0.5);
});

test('an EDL of markers of Resolve: its events are the markers, from a full hour on', async () => {
  const edl = `TITLE: Timeline 1
FCM: NON-DROP FRAME

001  001      V     C        01:00:02:12 01:00:02:13 01:00:02:12 01:00:02:13
 |C:ResolveColorBlue |M:Marker 1 |D:1

002  001      V     C        01:00:04:00 01:00:04:01 01:00:04:00 01:00:04:01
 |C:ResolveColorBlue |M:0.25 |D:1
`;
  expect(await timesOf(edl, 'Timeline 1.edl', 24)).toEqual([2.5, 4]);
  expect((await readHits(edl, { name: 'a', fps: 24 })).timing.hits[1]?.strength).toBe(0.25);
  // Without a picture the rate is a guess, which is said.
  expect((await readHits(edl, { name: 'a' })).notices).toMatchObject([
    { code: 'hits-rate-assumed', values: { fps: 25 } },
  ]);
});

test('FCPXML: markers of clips count on the clock of the sequence', async () => {
  const xml = `<?xml version="1.0"?><!DOCTYPE fcpxml>
<fcpxml version="1.10"><resources>
  <format id="r1" frameDuration="1001/30000s"/>
  <asset id="r2" name="a" start="3600s" duration="60s" hasVideo="1"/>
</resources><library><event><project><sequence format="r1" tcStart="3600s" duration="20s"><spine>
  <asset-clip ref="r2" offset="3600s" name="a" duration="5s">
    <marker start="108030/30s" value="Hit 0.5"/>
    <marker start="3610s" value="cut away"/>
  </asset-clip>
  <gap duration="2s"><note>x</note><chapter-marker start="1s" value="0.25"/></gap>
  <clip offset="3607s" start="10s" duration="10s">
    <marker start="22022/2000s" duration="1001/30000s" value="&amp; more"/>
    <video lane="1" offset="12s" start="100s" duration="2s"><marker start="100.500s" value="1.0"/></video>
    <spine lane="2" offset="15s"><gap offset="0s" start="0s" duration="2s"><marker start="1s" value=""/></gap></spine>
  </clip>
</spine></sequence></project></event></library></fcpxml>`;
  expect(await timesOf(xml, 'a.fcpxml')).toEqual([1, 6, 8.011, 9.5, 13]);
  const { timing } = await readHits(xml, { name: 'a.fcpxml' });
  expect(timing.hits.map(({ strength }) => strength)).toEqual([0.5, 0.25, 0.8, 1, 0.8]);
});
