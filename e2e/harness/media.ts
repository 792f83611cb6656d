/**
 * Puts the media layer on `window.mediaHarness` so that a test can call it in a real browser without the app around it.
 * Bytes cross as base64, errors as plain data.
 */

import { AppError, type ErrorData } from '../../src/errors.ts';
import { createMedia } from '../../src/media/client.ts';
import type { DecodedFrames, MediaInfo, MediaNotice, MediaStage } from '../../src/media/types.ts';

export interface Outcome<T> {
  readonly value?: T;
  readonly error?: ErrorData;
  /** What ffmpeg said last, when it failed. */
  readonly log?: string;
  readonly notices: readonly MediaNotice[];
  readonly progress: readonly { stage: MediaStage; fraction: number | undefined }[];
  readonly milliseconds: number;
}

const media = createMedia();
const noSignal = new AbortController().signal;

function currentFile(): File {
  const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
  if (file === undefined) throw new Error('The test has set no file.');
  return file;
}

type Listeners = {
  onProgress: (stage: MediaStage, fraction?: number) => void;
  onNotice: (notice: MediaNotice) => void;
};

async function outcome<T>(work: (listeners: Listeners) => Promise<T>): Promise<Outcome<T>> {
  const notices: MediaNotice[] = [];
  const progress: { stage: MediaStage; fraction: number | undefined }[] = [];
  const start = performance.now();
  const rest = () => ({ notices, progress, milliseconds: performance.now() - start });
  try {
    const value = await work({
      onProgress: (stage, fraction) => progress.push({ stage, fraction }),
      onNotice: (notice) => notices.push(notice),
    });
    return { value, ...rest() };
  } catch (thrown) {
    const error = AppError.from(thrown);
    return { error: error.toData(), log: error.cause instanceof Error ? error.cause.message : '', ...rest() };
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

async function blobBase64(blob: Blob): Promise<string> {
  return toBase64(new Uint8Array(await blob.arrayBuffer()));
}

/** A short 1 kHz beep at each of `times` (seconds) in silence. */
function beeps(times: readonly number[], seconds: number, sampleRate: number): Float32Array {
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  for (const time of times) {
    const from = Math.round(time * sampleRate);
    for (let n = 0; n < 0.06 * sampleRate && from + n < samples.length; n++) {
      samples[from + n] = 0.8 * Math.sin((2 * Math.PI * 1000 * n) / sampleRate);
    }
  }
  return samples;
}

const harness = {
  probe: (): Promise<Outcome<MediaInfo>> => outcome(() => media.probe(noSignal, currentFile())),

  frames: (fps: number, size: number) =>
    outcome(async ({ onProgress }) => {
      const frames = await media.decodeFrames(noSignal, currentFile(), { fps, size, onProgress });
      return { count: frames.count, size: frames.size, fps: frames.fps, rgb: toBase64(frames.rgb) };
    }),

  audio: (sampleRate: number) =>
    outcome(async ({ onProgress }) => {
      const pcm = await media.decodeAudio(noSignal, currentFile(), { sampleRate, onProgress });
      const { buffer, byteOffset, byteLength } = pcm.samples;
      return { count: pcm.samples.length, samples: toBase64(new Uint8Array(buffer, byteOffset, byteLength)) };
    }),

  mux: (beepTimes: readonly number[], seconds: number, sampleRate: number) =>
    outcome(async (listeners) => {
      const sound = { samples: beeps(beepTimes, seconds, sampleRate), sampleRate };
      const blob = await media.muxSound(noSignal, currentFile(), sound, listeners);
      if (sound.samples.length === 0) throw new Error('The sound was taken from its owner.');
      return { type: blob.type, bytes: await blobBase64(blob) };
    }),

  clip: (frames: { rgb: string; count: number; size: number; fps: number }, duration: number, outputSize?: number) =>
    outcome(async ({ onProgress }) => {
      const given: DecodedFrames = { ...frames, rgb: fromBase64(frames.rgb) };
      const options = { duration, onProgress, ...(outputSize === undefined ? {} : { outputSize }) };
      const blob = await media.encodeClip(noSignal, given, currentFile(), options);
      if (given.rgb.length === 0) throw new Error('The frames were taken from their owner.');
      return { type: blob.type, bytes: await blobBase64(blob) };
    }),

  /** Aborts a decode `afterMs` after it reports its first progress in the stage `decoding`; resolves with the outcome. */
  cancelDecode: (afterMs: number) =>
    outcome(({ onProgress }) => {
      const controller = new AbortController();
      return media
        .decodeFrames(controller.signal, currentFile(), {
          fps: 15.625,
          size: 64,
          onProgress: (stage, fraction) => {
            onProgress(stage, fraction);
            if (stage === 'decoding') setTimeout(() => controller.abort(), afterMs);
          },
        })
        .then((frames) => frames.count);
    }),

  /** Starts a decode and a probe behind it, aborts the probe while it waits; both outcomes. */
  cancelQueued: async () => {
    const controller = new AbortController();
    const first = outcome(() => media.decodeFrames(noSignal, currentFile(), { fps: 15.625, size: 64 }));
    const second = outcome(() => media.probe(controller.signal, currentFile()));
    controller.abort();
    const waiting = await second;
    const working = await first;
    return { waiting, working: { error: working.error, count: working.value?.count } };
  },

  /** Ends the worker while a decode runs, then decodes again. */
  disposeAndDecode: async () => {
    const first = outcome(() => media.decodeFrames(noSignal, currentFile(), { fps: 15.625, size: 64 }));
    setTimeout(() => media.dispose(), 300);
    const ended = await first;
    const again = await outcome(() => media.decodeFrames(noSignal, currentFile(), { fps: 15.625, size: 8 }));
    return { ended: ended.error?.code, again: again.value?.count };
  },
};

export type MediaHarness = typeof harness;
declare global {
  interface Window {
    mediaHarness: MediaHarness;
  }
}
window.mediaHarness = harness;
