/** The sound of a player: buffers, voices that cross-fade, and when what is scheduled will be heard. */
import type { Sound } from '../dsp/mix.ts';
import { createMeter, pageNow, positionAt, type Running } from './clock.ts';
import type { PlayerTrack, SoundStatus } from './types.ts';

/** Seconds of a cross-fade, and of the ends of what breaks off. */
const FADE = 0.012;
/** Seconds ahead of the context's clock at which a start is still on time on a busy machine: a late one would click. */
const AHEAD = 0.05;
/** An output that has not started after this many seconds does not. */
const PATIENCE = 0.6;

interface Voice {
  readonly source: AudioBufferSourceNode;
  /** Fades it out early; its own beginning and end are another node's, so that they may overlap. */
  readonly exit: GainNode;
  /** Position in the sound at a time of the context's clock. */
  readonly start: Running;
}

/** The rest of a stretch, to be played from a page time on. */
export interface Cue {
  /** Seconds in the sound. */
  readonly position: number;
  /** Page time at which that position is to be heard. */
  readonly heardAt: number;
  /** Seconds in the sound at which it breaks off. */
  readonly until: number;
}

export interface Deck {
  readonly status: SoundStatus;
  /** Makes sure that the output runs; call it from a gesture. Resolves with whether it does. */
  wake(): Promise<boolean>;
  setTrack(track: PlayerTrack | undefined): void;
  setVolume(volume: number): void;
  /** Fades to the track's sound at the cue. */
  play(cue: Cue): void;
  /** Fades out now. */
  halt(): void;
  /** The earliest page time at which something that is scheduled now is heard; undefined without an output. */
  earliest(): number | undefined;
  /** Position that is heard at a page time; undefined while nothing plays. */
  positionAt(now: number): number | undefined;
  /** Reads the clocks; call it several times a second. False when the output has stopped running. */
  tick(now: number): boolean;
  dispose(): void;
}

export function createDeck(onStatus: () => void): Deck {
  let context: AudioContext | undefined;
  let master: GainNode | undefined;
  let volume = 1;
  let status: SoundStatus = 'asleep';
  let track: PlayerTrack | undefined;
  let voice: Voice | undefined;
  /** Page time minus the context's time of what is heard at that moment. */
  const lag = createMeter(9);
  let advanced = { at: 0, context: -1 };
  const buffers = new WeakMap<Sound, AudioBuffer>();

  function setStatus(next: SoundStatus): void {
    if (status === next) return;
    status = next;
    onStatus();
  }

  function open(): AudioContext | undefined {
    if (context && context.state !== 'closed') return context;
    try {
      context = new AudioContext({ latencyHint: 'interactive' });
    } catch {
      // No output device, or as many contexts as the browser allows.
      return (context = undefined);
    }
    master = context.createGain();
    master.gain.value = volume;
    master.connect(context.destination);
    lag.clear();
    return context;
  }

  function readLag(now: number): void {
    if (!context || context.state !== 'running') return;
    const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
    // Browsers that do not say yet what is heard tell how far that is behind.
    const known = contextTime > 0 && performanceTime > 0;
    const behind = context.outputLatency || context.baseLatency || 0;
    lag.add(known ? performanceTime / 1000 - contextTime : now - (context.currentTime - behind));
  }

  const lagNow = () => lag.median() ?? (context ? pageNow() - context.currentTime + (context.outputLatency || 0) : 0);

  function bufferOf(sound: Sound, on: AudioContext): AudioBuffer | undefined {
    const known = buffers.get(sound);
    if (known) return known;
    const length = sound.channels[0]?.length ?? 0;
    if (length === 0) return undefined;
    const buffer = on.createBuffer(sound.channels.length, length, sound.sampleRate);
    sound.channels.forEach((samples, channel) => buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, channel));
    buffers.set(sound, buffer);
    return buffer;
  }

  /** Fades a voice out from `at` on the context's clock. */
  function release({ source, exit }: Voice, at: number): void {
    exit.gain.setValueAtTime(1, at);
    exit.gain.linearRampToValueAtTime(0, at + FADE);
    source.stop(at + FADE);
  }

  function begin(sound: Sound, at: number, position: number, until: number): Voice | undefined {
    const buffer = context && bufferOf(sound, context);
    if (!context || !master || !buffer) return undefined;
    const source = context.createBufferSource();
    const gain = context.createGain();
    const exit = context.createGain();
    source.buffer = buffer;
    source.connect(gain).connect(exit).connect(master);
    const level = track?.gain ?? 1;
    const end = at + until - position;
    // Out of silence an attack in the first sample is kept: a fade would eat it.
    const risen = at + (voice ? FADE : 0.001);
    // Silent before that too: rounding may put the source's first sample a frame ahead of the gain's first event.
    gain.gain.value = 0;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(level, risen);
    gain.gain.setValueAtTime(level, Math.max(risen, end - FADE));
    gain.gain.linearRampToValueAtTime(0, Math.max(risen, end));
    source.start(at, Math.max(0, position), Math.max(0, until - position));
    source.onended = () => exit.disconnect();
    return { source, exit, start: { position, at } };
  }

  return {
    get status() {
      return status;
    },
    async wake() {
      const opened = open();
      if (!opened) {
        setStatus('unavailable');
        return false;
      }
      if (opened.state !== 'running') {
        const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE * 1000));
        await Promise.race([opened.resume().catch(() => undefined), late]);
      }
      const runs = opened.state === 'running';
      if (runs) advanced = { at: pageNow(), context: -1 };
      for (let reading = 0; runs && reading < 3; reading++) readLag(pageNow());
      setStatus(runs ? 'on' : navigator.userActivation?.hasBeenActive === false ? 'blocked' : 'unavailable');
      return runs;
    },
    setTrack(next) {
      track = next;
    },
    setVolume(next) {
      volume = next;
      if (context && master) master.gain.setTargetAtTime(volume, context.currentTime, FADE);
    },
    play({ position, heardAt, until }) {
      if (!context || status !== 'on') return;
      const wanted = heardAt - lagNow();
      const at = Math.max(wanted, context.currentTime + 0.003);
      // What can no longer be heard in time is left out, so that the rest is in its place.
      const from = position + at - wanted;
      const old = voice;
      voice = track?.sound && from < until ? begin(track.sound, at, from, until) : undefined;
      if (old) release(old, at);
    },
    halt() {
      if (voice && context) release(voice, context.currentTime);
      voice = undefined;
    },
    earliest() {
      return context && status === 'on' ? context.currentTime + AHEAD + lagNow() : undefined;
    },
    positionAt(now) {
      return voice && status === 'on' ? positionAt(voice.start, now - lagNow()) : undefined;
    },
    tick(now) {
      if (!context || status !== 'on') return status !== 'unavailable';
      readLag(now);
      if (context.currentTime !== advanced.context) advanced = { at: now, context: context.currentTime };
      if (context.state === 'running' && now - advanced.at < PATIENCE) return true;
      voice = undefined;
      setStatus('unavailable');
      return false;
    },
    dispose() {
      voice = undefined;
      void context?.close().catch(() => undefined);
      context = undefined;
    },
  };
}
