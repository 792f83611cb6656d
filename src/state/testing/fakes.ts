/** An engine and a media layer that do nothing but keep their contracts, and can be held or made to fail anywhere. */
import { createSoundWork } from '../../dsp/sound-work.ts';
import { directingOf } from '../../model/directing.ts';
import { testManifest, testTiming } from '../../model/testing/manifest.ts';
import type {
  Engine,
  EngineInfo,
  GenerateRequest,
  LoadRequest,
  ReadTimingRequest,
  Transcoder,
} from '../../engine/protocol.ts';
import { AppError, cancelled, throwIfAborted } from '../../errors.ts';
import type { Media, MediaInfo, Metadata } from '../../media/types.ts';
import type { Manifest } from '../../model/manifest.ts';
import { AUTOMATIC, chooseVariant, type VariantChoice, type Variants } from '../../model/variants.ts';
import { memoryDevice, type MemoryDevice } from '../../library/testing/fakes.ts';
import { createSilentPlayer, type SilentPlayer } from '../../player/testing.ts';
import type { Sharer, ShareSource } from '../../share/sharer.ts';
import type { Tier } from '../../share/tiers.ts';
import type { SampleSource, StudioDeps } from '../services/deps.ts';
import { createStudio, type Studio } from '../studio.ts';

/** The calls the studio makes, in the order of a generation; `probe` belongs to opening a file. */
export const CALLS = ['probe', 'manifest', 'decode', 'load', 'generate', 'mux'] as const;
export type CallName = (typeof CALLS)[number];

export const VIDEO: MediaInfo = {
  duration: 2,
  video: { codec: 'h264', width: 320, height: 180, rotation: 0, fps: 25 },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2 },
};
export const SILENT_VIDEO: MediaInfo = { duration: 2, video: VIDEO.video! };
export const SOUND: MediaInfo = { duration: 3, audio: VIDEO.audio! };

export interface World {
  readonly studio: Studio;
  readonly player: SilentPlayer;
  /** What outlives the page. */
  readonly device: MemoryDevice;
  readonly manifest: Manifest;
  /** Every call so far. */
  readonly log: CallName[];
  readonly requests: GenerateRequest[];
  /** What the engine was asked to load. */
  readonly loads: readonly LoadRequest[];
  /** Hashes of the packs of which everything was to be stored. */
  readonly packsKept: readonly string[];
  /** Pictures whose timing was read. */
  readonly readings: ReadTimingRequest[];
  /** What is read: onsets at these latents. */
  onsets: number[];
  /** Runs before a reading ends. */
  onReading: (signal: AbortSignal) => Promise<void>;
  /** What links were made of. */
  readonly shared: { readonly tier: Tier; readonly source: ShareSource }[];
  /** Of the videos and clips that were written. */
  readonly tags: (Metadata | undefined)[];
  /** The call that waits until it is aborted or released. */
  hold: CallName | undefined;
  /** What the engine makes, mono at 160 Hz: silence unless a test gives more. */
  sound: Float32Array;
  release(): void;
  /** Resolves when the held call has begun. */
  held(): Promise<void>;
  /** Errors thrown by calls, each until it is removed. */
  readonly failures: Map<CallName, AppError>;
  /** What `probe` says about a file of this name; unknown names are videos. */
  readonly probes: Map<string, MediaInfo | AppError>;
}

export interface WorldOptions {
  /** Of the pack; the fake device has no GPU. */
  readonly variants?: Variants;
  readonly rememberedVariant?: string;
  /** Whether the model is loaded as soon as a file is open; left out: no. */
  readonly mayFetchAhead?: () => boolean;
  /** Whether the pack reads timing, and is told it; left out: no. */
  readonly timing?: boolean;
  /** Left out: the app has no eyes. */
  readonly look?: StudioDeps['look'];
}

export function createWorld({
  variants = [],
  rememberedVariant,
  timing,
  mayFetchAhead,
  look,
}: WorldOptions = {}): World {
  const manifest = testManifest(timing ? { timing: testTiming } : {});
  const log: CallName[] = [];
  const requests: GenerateRequest[] = [];
  const shared: World['shared'] = [];
  const tags: (Metadata | undefined)[] = [];
  const failures = new Map<CallName, AppError>();
  const probes = new Map<string, MediaInfo | AppError>();
  const player = createSilentPlayer();
  const device = memoryDevice();
  let ids = 0;
  let begun = deferred();
  let released = deferred();
  let clock = 0;

  async function step(name: CallName, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    // The studio reads the manifest while it is made, before there is a world.
    await Promise.resolve();
    log.push(name);
    clock += 1;
    if (world.hold === name) {
      begun.resolve();
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(cancelled()), { once: true });
        void released.promise.then(resolve);
      });
    }
    const failure = failures.get(name);
    if (failure) throw failure;
  }

  const loads: LoadRequest[] = [];
  const packsKept: string[] = [];
  const readings: ReadTimingRequest[] = [];
  const packOf = (choice: VariantChoice) => {
    const variant = chooseVariant(variants, choice, 'wasm');
    return { hash: variant?.manifest.sha256 ?? 'f'.repeat(64), variant: variant?.id };
  };
  const info: Omit<EngineInfo, 'packHash' | 'variant'> = {
    pack: manifest.name,
    backend: 'wasm',
    notices: [{ code: 'gpu-emulated', message: 'The processor is used.' }],
    sampler: manifest.sampler,
    grid: manifest.grid,
    vocabulary: manifest.text.vocabulary,
    synonyms: manifest.text.synonyms,
    directing: directingOf(manifest),
  };
  const engine: Engine & Transcoder = {
    async load(signal, request, onProgress) {
      loads.push(request);
      // Readings, like surveys, are not what most tests count or hold.
      if (request.part === 'timing') return { ...info, packHash: packOf(AUTOMATIC).hash, variant: undefined };
      onProgress({ kind: 'download', loadedBytes: 5, totalBytes: 10 });
      await step('load', signal);
      const { hash, variant } = packOf(request.variant ?? AUTOMATIC);
      return { ...info, packHash: hash, variant };
    },
    async generate(signal, request, onProgress) {
      requests.push(request);
      onProgress({ kind: 'generate', stage: 'sample', step: 1, steps: request.settings.steps });
      await step('generate', signal);
      const summary = { peaks: [0, 1], onsets: [0.5], loudness: -20 };
      const common = {
        understood: ['hammer'],
        notices: [],
        summary,
        seconds: { encode: 1, sample: 2, decode: 3 },
        latents: new Float32Array(4),
      };
      return request.task === 'v2a'
        ? { task: 'v2a', samples: world.sound.slice(), sampleRate: 160, ...common }
        : { task: 'a2v', rgb: new Uint8Array(8 * 8 * 3 * 24), count: 24, size: 8, fps: 8, ...common };
    },
    async readTiming(signal, request) {
      readings.push(request);
      await world.onReading(signal);
      throwIfAborted(signal);
      const track = new Float32Array(16 * 2);
      for (let latent = 0; latent < 16; latent++) {
        const isOnset = world.onsets.includes(latent);
        track.set(isOnset ? [4, 1] : [-7, -1.6], latent * 2);
      }
      return track;
    },
    benchmark: () => Promise.resolve({ backend: 'wasm', gflops: 10, threads: 1, seconds: 1.5, notices: [] }),
    decodeLatents: () => Promise.resolve({ task: 'v2a', samples: new Float32Array(320), sampleRate: 160 }),
    encodeSound: (_, samples) => Promise.resolve(new Float32Array(samples.length)),
    dispose: () => undefined,
  };
  const sharer: Sharer = {
    make(_, tier, source, onProgress) {
      shared.push({ tier, source });
      onProgress?.('encoding', 1);
      const url = 'http://localhost/#s-test';
      const { title, recipe, span } = source;
      const share = {
        title,
        recipe: { ...recipe, start: span.start, seconds: span.end - span.start },
        media: { kind: 'recipe' },
      } as const;
      return Promise.resolve({ tier, url, characters: url.length, share });
    },
  };
  const mp4 = () => new Blob(['mp4'], { type: 'video/mp4' });
  const media: Media = {
    async probe(signal, file) {
      await step('probe', signal);
      const found = probes.get(file.name) ?? VIDEO;
      if (found instanceof AppError) throw found;
      return found;
    },
    // Surveys, which show no progress, are not what most tests count or hold.
    async decodeFrames(signal, _, { fps, size, onProgress }) {
      if (onProgress) await step('decode', signal);
      return { rgb: new Uint8Array(size * size * 3 * 16), count: 16, size, fps };
    },
    async decodeAudio(signal, _, { sampleRate, onProgress }) {
      if (onProgress) await step('decode', signal);
      return { channels: [new Float32Array(3 * sampleRate)], sampleRate };
    },
    async exportVideo(signal, _file, _sound, options) {
      tags.push(options.metadata);
      await step('mux', signal);
      options.onNotice?.({ code: 'video-reencoded', message: 'It was coded again.' });
      return mp4();
    },
    async encodeClip(signal, _frames, _file, { metadata }) {
      tags.push(metadata);
      await step('mux', signal);
      return mp4();
    },
    async frameClip(signal) {
      await step('mux', signal);
      return mp4();
    },
    async exportSound(signal, _sound, { format }) {
      await step('mux', signal);
      return new Blob([format], { type: format === 'wav' ? 'audio/wav' : 'audio/mp4' });
    },
    cut: (_, _file, range) => Promise.resolve({ range, clean: true, keyFrames: [range.start], bytes: 1000 }),
    filmstrip: (_, _file, { count, height }) =>
      Promise.resolve({ image: new Blob(['jpeg'], { type: 'image/jpeg' }), count, width: height, height }),
    glance: () => Promise.resolve(undefined),
    async look(signal, file, { strip, frames }) {
      return {
        filmstrip: await this.filmstrip(signal, file, strip),
        frames: await this.decodeFrames(signal, file, frames),
      };
    },
    still: () => Promise.resolve(new Blob(['jpeg'], { type: 'image/jpeg' })),
    dispose: () => undefined,
  };
  const samples: SampleSource = {
    list: () => Promise.resolve([{ file: 'ball.mp4', title: 'A ball', task: 'v2a', seconds: 4 }]),
    fetch: (_, sample) => Promise.resolve(new File(['x'], sample.file)),
  };

  const world: World = {
    manifest,
    log,
    requests,
    loads,
    packsKept,
    readings,
    onsets: [4],
    onReading: () => Promise.resolve(),
    shared,
    tags,
    failures,
    probes,
    hold: undefined,
    sound: new Float32Array(320),
    held: () => begun.promise,
    release() {
      world.hold = undefined;
      released.resolve();
      begun = deferred();
      released = deferred();
    },
    player,
    device,
    studio: createStudio({
      engine,
      media,
      samples,
      player,
      openLibrary: () => device.open(),
      createSharer: () => Promise.resolve(sharer),
      soundWork: createSoundWork(),
      findMotion: () => Promise.resolve({ onsets: [0.5] }),
      newId: () => `id-${++ids}`,
      load: { packUrl: 'http://localhost/models/test/', backend: 'auto' },
      rememberedVariant,
      ...(mayFetchAhead && { mayFetchAhead }),
      ...(look && { look }),
      keepPack: (_, { hash }) => {
        packsKept.push(hash);
        return Promise.resolve();
      },
      readPack: async (signal, choice) => {
        await step('manifest', signal);
        return { manifest, ...packOf(choice), variants, backend: 'wasm' };
      },
      now: () => clock,
      random: sequence(),
    }),
  };
  // Most tests look at one take.
  world.studio.setDraft({ takes: 1 });
  return world;
}

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve: () => resolve() };
}

/** 0.1, 0.2, ...: seeds that tests can tell apart. */
function sequence(): () => number {
  let n = 0;
  return () => (++n % 10) / 10;
}

export const file = (name: string) => new File(['data'], name);
