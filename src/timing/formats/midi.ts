/** Standard MIDI files: a note is a hit, its velocity the strength. */
import type { MidiData, MidiEvent } from 'midi-file';
import type { Hit, Timing } from '../types.ts';
import { damaged, noHits } from './failures.ts';
import type { RawTiming } from './types.ts';

/** Fine enough for hits: 1/19,200 s at 120 beats a minute. */
const TICKS_PER_BEAT = 9600;
const SECONDS_PER_BEAT = 0.5;
/** The first pad of drum machines, on the channel of percussion. */
const NOTE = 36;
const CHANNEL = 9;
/** Seconds a note is held, where the next one leaves it the time. */
const HELD = 0.05;

/** Notes of all tracks and channels, at the tempo of the moment. Throws where there are none. */
export async function readMidi(bytes: Uint8Array): Promise<RawTiming> {
  // Only who needs it fetches it.
  const { parseMidi } = await import('midi-file');
  let data: MidiData;
  try {
    data = parseMidi(bytes);
  } catch (error) {
    throw damaged('MIDI', error);
  }
  const hits = notesOf(data);
  if (hits.length === 0 && data.tracks.length < data.header.numTracks) throw damaged('MIDI', undefined);
  if (hits.length === 0) throw noHits('notes');
  return { hits, level: [] };
}

interface TickEvent {
  readonly tick: number;
  readonly event: MidiEvent;
}

function notesOf({ header, tracks }: MidiData): Hit[] {
  // Songs of format 2 have tracks that follow their own tempo.
  const parts = header.format === 2 ? tracks.map((track) => [track]) : [tracks];
  return parts.flatMap((part) => {
    const events = part.flatMap(withTicks).sort((a, b) => a.tick - b.tick);
    const { framesPerSecond, ticksPerFrame, ticksPerBeat } = header;
    const byFrames = framesPerSecond ? 1 / (smpteRate(framesPerSecond) * (ticksPerFrame || 1)) : undefined;
    const beat = ticksPerBeat || 480;
    let perTick = byFrames ?? SECONDS_PER_BEAT / beat;
    let now = 0;
    let tickNow = 0;
    const hits: Hit[] = [];
    for (const { tick, event } of events) {
      now += (tick - tickNow) * perTick;
      tickNow = tick;
      if (event.type === 'setTempo' && byFrames === undefined) perTick = event.microsecondsPerBeat / 1e6 / beat;
      if (event.type === 'noteOn' && event.velocity > 0) hits.push({ time: now, strength: event.velocity / 127 });
    }
    return hits.filter(({ time, strength }) => Number.isFinite(time) && strength <= 1);
  });
}

function withTicks(track: readonly MidiEvent[]): TickEvent[] {
  let tick = 0;
  return track.map((event) => ({ tick: (tick += event.deltaTime), event }));
}

/** 29 stands for 29.97. */
function smpteRate(framesPerSecond: number): number {
  return framesPerSecond === 29 ? 30_000 / 1001 : framesPerSecond;
}

/**
 * One track at 120 beats a minute, exact to 26 µs; the level has no place in it. Written here, because the library that
 * reads takes half a minute to write ten thousand hits.
 */
export function writeMidi({ hits }: Timing, name: string): Uint8Array<ArrayBuffer> {
  const ticks = (seconds: number) => Math.round((seconds / SECONDS_PER_BEAT) * TICKS_PER_BEAT);
  // Names are bytes in this format.
  const title = [...name.replace(/[^ -~]/g, '_').slice(0, 100)].map((sign) => sign.charCodeAt(0));
  const track = [0, 0xff, 0x03, ...variable(title.length), ...title];
  track.push(0, 0xff, 0x51, 3, ...bigEndian(SECONDS_PER_BEAT * 1e6, 3));
  let tick = 0;
  hits.forEach(({ time, strength }, index) => {
    const on = Math.max(tick, ticks(time));
    const next = hits[index + 1];
    const off = Math.max(on + 1, Math.min(ticks(time + HELD), next ? ticks(next.time) - 1 : Infinity));
    const velocity = Math.max(1, Math.min(127, Math.round(strength * 127)));
    track.push(...variable(on - tick), 0x90 | CHANNEL, NOTE, velocity, ...variable(off - on), 0x80 | CHANNEL, NOTE, 0);
    tick = off;
  });
  track.push(0, 0xff, 0x2f, 0);
  const header = [...chars('MThd'), ...bigEndian(6, 4), 0, 0, 0, 1, ...bigEndian(TICKS_PER_BEAT, 2)];
  return Uint8Array.from([...header, ...chars('MTrk'), ...bigEndian(track.length, 4)].concat(track));
}

const chars = (text: string) => [...text].map((sign) => sign.charCodeAt(0));

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => (value >> (8 * (bytes - 1 - i))) & 0xff);
}

/** Seven bits a byte, the highest first, with the top bit set on all but the last. */
function variable(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
