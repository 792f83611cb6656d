/**
 * Puts the media layer on `window.mediaHarness` so that a test can call it in a real browser without the app around it.
 * Bytes cross as base64, errors as plain data.
 */

import { AppError, type ErrorData } from '../../src/errors.ts';
import { createMedia } from '../../src/media/client.ts';
import { byteLength, copyOf, isSame, readBytes, type FrameBytes } from '../../src/dsp/frames.ts';
import { findMotionInWorker } from '../../src/dsp/motion-client.ts';
import type { TimeSpan } from '../../src/dsp/span.ts';
import type { ClipFraming } from '../../src/media/framing.ts';
import { soundFacts } from '../../src/media/pcm.ts';
import { planClip, planSound, planVideo, type ExportPlan } from '../../src/media/preflight.ts';
import type {
  Cut,
  DecodedFrames,
  MediaInfo,
  MediaNotice,
  MediaStage,
  Metadata,
  Pcm,
  SoundFormat,
  VideoContainer,
} from '../../src/media/types.ts';

export interface Outcome<T> {
  readonly value?: T;
  readonly error?: ErrorData;
  /** What ffmpeg said last, when it failed. */
  readonly log?: string;
  readonly notices: readonly MediaNotice[];
  readonly progress: readonly { stage: MediaStage; fraction: number | undefined }[];
  readonly milliseconds: number;
}

const both = createMedia();
const ffmpegAlone = createMedia({ browser: false });
let media = both;
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

function bytesOf(frames: FrameBytes): Promise<Uint8Array> {
  return readBytes(frames, 0, byteLength(frames));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

async function blobBase64(blob: Blob): Promise<string> {
  return toBase64(new Uint8Array(await blob.arrayBuffer()));
}

/** What a test wants to hear: 1 kHz beeps at some times, in silence or over noise, in one channel or (swapped in sign) two. */
export interface WantedSound {
  readonly beeps: readonly number[];
  readonly seconds: number;
  readonly sampleRate?: number;
  readonly channels?: 1 | 2;
  /** Level of the noise underneath, 0..1. */
  readonly noise?: number;
}

function makeSound({ beeps, seconds, sampleRate = 16_000, channels = 1, noise = 0 }: WantedSound): Pcm {
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  let state = 1;
  for (let n = 0; n < samples.length; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[n] = noise * (state / 2 ** 31 - 1);
  }
  for (const time of beeps) {
    const from = Math.round(time * sampleRate);
    for (let n = 0; n < 0.06 * sampleRate && from + n < samples.length; n++) {
      samples[from + n] = 0.8 * Math.sin((2 * Math.PI * 1000 * n) / sampleRate);
    }
  }
  return { channels: channels === 1 ? [samples] : [samples, samples.map((value) => -0.5 * value)], sampleRate };
}

export interface WantedVideo {
  readonly container?: VideoContainer;
  readonly range?: TimeSpan;
  readonly metadata?: Metadata;
}

const harness = {
  /** Leaves everything to ffmpeg from now on, or not any more. */
  leaveToFfmpeg: (alone: boolean) => {
    media = alone ? ffmpegAlone : both;
  },

  probe: (): Promise<Outcome<MediaInfo>> => outcome(() => media.probe(noSignal, currentFile())),

  frames: (fps: number, size: number, range?: TimeSpan) =>
    outcome(async ({ onProgress }) => {
      const frames = await media.decodeFrames(noSignal, currentFile(), { fps, size, range, onProgress });
      return { count: frames.count, size: frames.size, fps: frames.fps, rgb: toBase64(await bytesOf(frames.rgb)) };
    }),

  audio: (sampleRate: number, options: { channels?: 1 | 2; range?: TimeSpan } = {}) =>
    outcome(async ({ onProgress }) => {
      const pcm = await media.decodeAudio(noSignal, currentFile(), { sampleRate, ...options, onProgress });
      const channels = pcm.channels.map(({ buffer, byteOffset, byteLength }) =>
        toBase64(new Uint8Array(buffer, byteOffset, byteLength)),
      );
      return { count: pcm.channels[0].length, channels };
    }),

  cut: (range: TimeSpan): Promise<Outcome<Cut>> => outcome(() => media.cut(noSignal, currentFile(), range)),

  exportVideo: (wanted: WantedSound, { container = 'mp4', ...rest }: WantedVideo = {}) =>
    outcome(async (listeners) => {
      const sound = makeSound(wanted);
      const blob = await media.exportVideo(noSignal, currentFile(), sound, { container, ...rest, ...listeners });
      if (sound.channels[0].length === 0) throw new Error('The sound was taken from its owner.');
      return { type: blob.type, bytes: await blobBase64(blob) };
    }),

  planVideo: (wanted: WantedSound, { container = 'mp4', range }: WantedVideo = {}): Promise<Outcome<ExportPlan>> =>
    outcome(async () => {
      const file = currentFile();
      const info = await media.probe(noSignal, file);
      const span = range ?? (info.video?.bitRate === undefined ? { start: 0, end: info.duration } : undefined);
      const cut = span === undefined ? undefined : await media.cut(noSignal, file, span);
      return planVideo({ info, bytes: file.size, sound: soundFacts(makeSound(wanted)), container, range, cut });
    }),

  exportSound: (wanted: WantedSound, format: SoundFormat, metadata?: Metadata) =>
    outcome(async ({ onProgress }) => {
      const sound = makeSound(wanted);
      const blob = await media.exportSound(noSignal, sound, { format, metadata, onProgress });
      if (sound.channels[0].length === 0) throw new Error('The sound was taken from its owner.');
      return { type: blob.type, bytes: await blobBase64(blob), plan: planSound(soundFacts(sound), format) };
    }),

  clip: (
    frames: { rgb: string; count: number; size: number; fps: number },
    duration: number,
    options: { outputSize?: number; range?: TimeSpan; metadata?: Metadata } = {},
  ) =>
    outcome(async ({ onProgress }) => {
      const given: DecodedFrames = { ...frames, rgb: fromBase64(frames.rgb) };
      const blob = await media.encodeClip(noSignal, given, currentFile(), { duration, ...options, onProgress });
      return { type: blob.type, bytes: await blobBase64(blob) };
    }),

  frameClip: (framing: ClipFraming, metadata?: Metadata) =>
    outcome(async ({ onProgress }) => {
      const file = currentFile();
      const plan = planClip(await media.probe(noSignal, file), file.size, framing);
      const blob = await media.frameClip(noSignal, file, { ...framing, metadata, onProgress });
      return { type: blob.type, bytes: await blobBase64(blob), plan };
    }),

  filmstrip: (count: number, height: number, range?: TimeSpan) =>
    outcome(async () => {
      const { image, ...rest } = await media.filmstrip(noSignal, currentFile(), { count, height, range });
      return { ...rest, type: image.type, bytes: await blobBase64(image) };
    }),

  /** All that is seen of a file when it is opened: strip, movement, the model's frames; how long that takes. */
  survey: () =>
    outcome(async () => {
      const file = new File([currentFile()], 'again');
      await media.probe(noSignal, file);
      const { frames } = await media.look(noSignal, file, {
        strip: { count: 24, height: 72 },
        frames: { fps: 15.625, size: 64 },
      });
      const again = await media.decodeFrames(noSignal, file, { fps: 15.625, size: 64 });
      const { onsets } = await findMotionInWorker(noSignal, { ...again, rgb: copyOf(again.rgb) });
      return {
        count: frames.count,
        same: await isSame(again.rgb, frames.rgb),
        onsets: onsets.length,
      };
    }),

  /** Every strip of a glance, when it came, and how long a look through the whole file takes. */
  glance: () =>
    outcome(async () => {
      const file = new File([currentFile()], 'again');
      const from = performance.now();
      const strips: { readonly at: number; readonly image: Blob }[] = [];
      const add = ({ image }: { readonly image: Blob }) => strips.push({ at: performance.now() - from, image });
      const whole = await media.glance(noSignal, file, { count: 24, height: 72 }, add);
      if (whole !== undefined) add(whole);
      return {
        size: whole && { count: whole.count, width: whole.width, height: whole.height },
        strips: await Promise.all(strips.map(async ({ at, image }) => ({ at, bytes: await blobBase64(image) }))),
      };
    }),

  still: (time: number, height?: number) =>
    outcome(async () => {
      const image = await media.still(noSignal, currentFile(), time, height);
      return { type: image.type, bytes: await blobBase64(image) };
    }),

  /** What the app does with a file, one step after the other, and what became of each; nothing follows a refusal to open. */
  throughAll: async () => {
    const file = currentFile();
    const ends: { step: string; code: string; message: string }[] = [];
    const step = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
      const { value, error } = await outcome(work);
      ends.push({ step: name, code: error?.code ?? 'ok', message: error?.message ?? '' });
      return value;
    };
    const info = await step('open', () => media.probe(noSignal, file));
    if (info?.video !== undefined) {
      const strip = { count: 12, height: 36 };
      await step('look', () => media.look(noSignal, file, { strip, frames: { fps: 15.625, size: 64 } }));
      const range = { start: info.duration * 0.3, end: info.duration * 0.8 };
      if (range.end - range.start > 0.1) await step('cut', () => media.cut(noSignal, file, range));
    }
    if (info?.audio !== undefined) {
      await step('sound', () => media.decodeAudio(noSignal, file, { sampleRate: 16_000, channels: 2 }));
    }
    if (info?.video !== undefined) {
      const sound = makeSound({ beeps: [0.5], seconds: Math.min(60, info.duration) });
      await step('export', () => media.exportVideo(noSignal, file, sound, { container: 'mp4' }));
    }
    return ends;
  },

  /** Aborts an export `afterMs` after it reports that it encodes; resolves with the outcome and whether it really ended. */
  cancelExport: (afterMs: number, container: VideoContainer) =>
    outcome(({ onProgress }) => {
      const controller = new AbortController();
      const options = {
        container,
        onProgress: (stage: MediaStage, fraction?: number) => {
          onProgress(stage, fraction);
          if (stage === 'encoding') setTimeout(() => controller.abort(), afterMs);
        },
      };
      return media
        .exportVideo(controller.signal, currentFile(), makeSound({ beeps: [], seconds: 2 }), options)
        .then((blob) => blob.size);
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
