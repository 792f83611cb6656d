/**
 * Puts a player on `window.playerHarness`, and beside it instruments that do not ask the player: every sample that goes to
 * the output is recorded with its time, and every frame that is shown is logged with its brightness and its time.
 */

import { renderMix, defaultEdit, type Sound } from '../../src/dsp/mix.ts';
import { createPlayer } from '../../src/player/player.ts';
import type { PlayerState } from '../../src/player/types.ts';

interface Frame {
  /** Seconds in the file. */
  readonly media: number;
  /** Page time in milliseconds at which it is shown. */
  readonly shown: number;
  readonly level: number;
}

const RECORDER = `
registerProcessor('recorder', class extends AudioWorkletProcessor {
  process([input]) {
    const samples = input[0];
    if (samples) this.port.postMessage({ frame: currentFrame, samples: samples.slice() });
    return true;
  }
});`;

const blocks: { frame: number; samples: Float32Array }[] = [];
/** Page time minus the context's time of what is heard, in milliseconds, with when it was read. */
const lags: { at: number; lag: number }[] = [];
let frames: Frame[] = [];
let context: BaseAudioContext | undefined;

// Whatever is connected to an output is recorded too.
type Connect = (this: AudioNode, to: AudioNode, ...rest: number[]) => AudioNode;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its node below
const connect = AudioNode.prototype.connect as Connect;
AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode, ...rest: number[]) {
  if (to instanceof AudioDestinationNode) void record(this);
  return connect.call(this, to, ...rest);
} as typeof AudioNode.prototype.connect;

async function record(node: AudioNode): Promise<void> {
  context = node.context;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([RECORDER], { type: 'text/javascript' })));
  const recorder = new AudioWorkletNode(context, 'recorder', { numberOfOutputs: 1 });
  recorder.port.onmessage = ({ data }: MessageEvent<{ frame: number; samples: Float32Array }>) => blocks.push(data);
  connect.call(node, recorder);
}

setInterval(() => {
  if (!(context instanceof AudioContext) || context.state !== 'running') return;
  const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
  if (contextTime > 0) lags.push({ at: performance.now(), lag: performanceTime - contextTime * 1000 });
}, 25);

function watch(video: HTMLVideoElement): void {
  const canvas = new OffscreenCanvas(4, 4);
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  const onFrame: VideoFrameRequestCallback = (_now, { mediaTime, expectedDisplayTime }) => {
    video.requestVideoFrameCallback(onFrame);
    if (!drawing || video.paused) return;
    drawing.drawImage(video, 0, 0, 4, 4);
    const { data } = drawing.getImageData(0, 0, 4, 4);
    const level = data.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0) / 48;
    frames.push({ media: mediaTime, shown: expectedDisplayTime, level });
  };
  video.requestVideoFrameCallback(onFrame);
}

const videos = ['one', 'two'].map((id) => document.querySelector<HTMLVideoElement>(`#${id}`));
const [one, two] = videos;
if (!one || !two) throw new Error('The page has no videos.');
for (const video of [one, two]) watch(video);

const player = createPlayer();
document.querySelector('#play')?.addEventListener('click', () => player.toggle());

/** A short tone at each of `times` (seconds). */
function beeps(times: readonly number[], seconds: number, hz: number): Sound {
  const samples = new Float32Array(Math.round(seconds * 16_000));
  for (const time of times) {
    const from = Math.round(time * 16_000);
    for (let n = 0; n < 800 && from + n < samples.length; n++)
      samples[from + n] = 0.7 * Math.sin((2 * Math.PI * hz * n) / 16_000);
  }
  const generated = { channels: [samples], sampleRate: 16_000 };
  return renderMix({ generated, edit: defaultEdit, duration: seconds });
}

/** The median of what was read around a time of the context, in milliseconds. */
function lagAt(context: number): number {
  const near = lags.filter(({ at, lag }) => Math.abs(at - lag - context) < 250).map(({ lag }) => lag);
  return near.sort((a, b) => a - b)[Math.floor(near.length / 2)] ?? NaN;
}

/** Page times in milliseconds at which a loud passage is heard after 80 ms of quiet, with the number of its zero crossings. */
function heard(): { at: number; hz: number }[] {
  const rate = context?.sampleRate ?? 48_000;
  const found: { at: number; hz: number }[] = [];
  let loudAt = -Infinity;
  let crossings = 0;
  let last = 0;
  let first = 0;
  for (const { frame, samples } of blocks) {
    samples.forEach((value, n) => {
      const at = frame + n;
      if (Math.abs(value) > 0.1) {
        if (at - loudAt > 0.08 * rate) {
          found.push({ at: (at / rate) * 1000 + lagAt((at / rate) * 1000), hz: 0 });
          crossings = 0;
          first = at;
        }
        loudAt = at;
      }
      if (value * last < 0) crossings++;
      if (value !== 0) last = value;
      const latest = found.at(-1);
      if (latest && at - first === Math.round(0.04 * rate)) latest.hz = (crossings / 2 / 0.04) | 0;
    });
  }
  return found;
}

const harness = {
  /** Shows the file and offers tracks of beeps at `times`, at 1 and 2 kHz, and silence. */
  async load(times: readonly number[]): Promise<number> {
    const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
    if (!file) throw new Error('The test has set no file.');
    for (const video of [one, two]) {
      video.src = URL.createObjectURL(file);
      await new Promise((resolve) => video.addEventListener('loadeddata', resolve, { once: true }));
    }
    player.setDuration(one.duration);
    player.setTracks([
      { id: 'low', sound: beeps(times, one.duration, 1000) },
      { id: 'high', sound: beeps(times, one.duration, 2000), gain: 0.5 },
      { id: 'none', sound: undefined },
    ]);
    player.select('low');
    player.attach(one);
    return one.duration;
  },
  attach: (which: 'one' | 'two' | 'none') => player.attach(which === 'none' ? undefined : which === 'one' ? one : two),
  play: () => player.play(),
  pause: () => player.pause(),
  seek: (seconds: number) => player.seek(seconds),
  select: (id: string) => player.select(id),
  loop: (start: number, end: number) => player.setLoop({ start, end }),
  mute: (muted: boolean) => player.setMuted(muted),
  unloop: () => player.setLoop(undefined),
  state: (): PlayerState => player.getState(),
  time: () => player.time(),
  offset: () => player.offset(),
  pictureTime: () => one.currentTime,
  /** What the instruments saw and heard since the last `clear`. */
  log: () => ({ frames, heard: heard() }),
  clear() {
    frames = [];
    blocks.length = 0;
  },
  /** The longest stretch of samples below `level` that was recorded, in seconds, and the largest step between two. */
  recorded(level: number) {
    let quiet = 0;
    let longest = 0;
    let last: number | undefined;
    let step = 0;
    let end: number | undefined;
    let missing = 0;
    for (const { frame, samples } of blocks) {
      if (end !== undefined) missing += frame - end;
      end = frame + samples.length;
      for (const value of samples) {
        quiet = Math.abs(value) < level ? quiet + 1 : 0;
        longest = Math.max(longest, quiet);
        step = Math.max(step, Math.abs(value - (last ?? value)));
        last = value;
      }
    }
    return { quiet: longest / (context?.sampleRate ?? 1), step, missing, blocks: blocks.length };
  },
  /** Steady tones instead of beeps, to hear gaps. */
  tones(seconds: number) {
    const tone = (hz: number): Sound => {
      const samples = Float32Array.from(
        { length: seconds * 48_000 },
        (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / 48_000),
      );
      return { channels: [samples], sampleRate: 48_000 };
    };
    player.setDuration(seconds);
    player.setTracks([
      { id: 'low', sound: tone(440) },
      { id: 'high', sound: tone(660) },
    ]);
    player.select('low');
  },
};

export type PlayerHarness = typeof harness;
declare global {
  interface Window {
    playerHarness: PlayerHarness;
  }
}
window.playerHarness = harness;
