import { writeMidi as bytesOf, type MidiEvent, type MidiHeader } from 'midi-file';
import { expect, test } from 'vitest';
import { readHits } from './read-hits.ts';

const on = (deltaTime: number, velocity = 127, channel = 0): MidiEvent => ({ deltaTime, type: 'noteOn', channel, noteNumber: 60, velocity }); // prettier-ignore
const tempo = (deltaTime: number, beats: number): MidiEvent => ({ deltaTime, meta: true, type: 'setTempo', microsecondsPerBeat: 60e6 / beats }); // prettier-ignore
const end: MidiEvent = { deltaTime: 0, meta: true, type: 'endOfTrack' };
const file = (header: Partial<MidiHeader>, ...tracks: MidiEvent[][]) =>
  Uint8Array.from(bytesOf({ header: { format: 1, numTracks: tracks.length, ticksPerBeat: 480, ...header }, tracks }));
const hitsOf = async (bytes: Uint8Array) => (await readHits(bytes, { name: 'a.mid' })).timing.hits;
const timesOf = async (bytes: Uint8Array) => (await hitsOf(bytes)).map(({ time }) => Number(time.toFixed(6)));

test('the tempo of the moment counts, for all tracks', async () => {
  const map = [tempo(0, 60), tempo(960, 120), tempo(480, 240), end];
  // A beat a second, then two, then four.
  expect(await timesOf(file({}, map, [on(480), on(480), on(480), on(480), on(480), end]))).toEqual([
    1, 2, 2.5, 2.75, 3,
  ]);
});

test('without a tempo it is 120 beats a minute; velocity is strength, a velocity of 0 ends a note', async () => {
  expect(await hitsOf(file({}, [on(480, 64), on(10, 0), on(470, 127), end]))).toEqual([
    { time: 0.5, strength: 64 / 127 },
    { time: 1, strength: 1 },
  ]);
});

test('a chord is one hit, as strong as its strongest note', async () => {
  const { timing, notices } = await readHits(file({}, [on(480, 20), on(0, 90), on(0, 40), end]), { name: 'a.mid' });
  expect(timing.hits).toEqual([{ time: 0.5, strength: 90 / 127 }]);
  expect(notices).toMatchObject([{ code: 'hits-joined', values: { count: 2 } }]);
});

test('ticks may be parts of frames', async () => {
  const bytes = file({}, [tempo(0, 30), on(100), on(1000), end]);
  // 25 frames of 40 ticks: a thousandth of a second.
  bytes.set([0xe7, 40], 12);
  expect(await timesOf(bytes)).toEqual([0.1, 1.1]);
});

test('a file in the RIFF wrapper, and one that breaks off, give what they hold', async () => {
  const bytes = file({}, [on(480), on(480), end]);
  const wrapped = new Uint8Array(20 + bytes.length);
  wrapped.set(new TextEncoder().encode('RIFF    RMIDdata    '));
  wrapped.set(bytes, 20);
  expect(await timesOf(wrapped)).toEqual([0.5, 1]);
});

test('without notes it is refused', async () => {
  await expect(hitsOf(file({}, [tempo(0, 90), end]))).rejects.toMatchObject({
    code: 'hits-none',
    values: { variant: 'notes' },
  });
});
