/**
 * A check of the whole engine in a real browser: loads a pack on one backend, runs both tasks on made-up media with a
 * fixed seed and returns the numbers, so that backends can be compared. Used by the end-to-end tests.
 */
import { createEngine } from './client.ts';
import type { Backend, EngineInfo, GenerateResult, SamplerSettings } from './protocol.ts';

export interface SelfTestOptions {
  /** Folder of the pack, ending in a slash. */
  readonly packUrl: string;
  readonly backend: Backend;
  /** Seconds of sound to make; more than a window also covers overlapping windows. */
  readonly soundSeconds: number;
  /** Seconds of pictures to make; decoding them is what takes longest. */
  readonly clipSeconds: number;
  readonly steps?: number;
  readonly seed?: number;
}

export interface SelfTestResult {
  readonly info: EngineInfo;
  readonly v2a: Extract<GenerateResult, { readonly task: 'v2a' }>;
  readonly a2v: Extract<GenerateResult, { readonly task: 'a2v' }>;
}

/** Throws AppError, for instance when a node of a graph would not run on the GPU. */
export async function selfTest({
  packUrl,
  backend,
  soundSeconds,
  clipSeconds,
  steps = 2,
  seed = 1,
}: SelfTestOptions): Promise<SelfTestResult> {
  const engine = createEngine();
  const { signal } = new AbortController();
  const ignore = () => undefined;
  try {
    const info = await engine.load(signal, { packUrl, backend, strictPlacement: true }, ignore);
    const { fps, frameSize, sampleRate } = info.grid;
    const settings: SamplerSettings = {
      ...info.sampler.v2a,
      steps,
      seed,
      // Text guidance on, so that all three branches run.
      guidanceText: 2,
      guidanceAv: 1.5,
      prompt: info.vocabulary[0] ?? '',
      negative: '',
    };
    const count = Math.ceil(soundSeconds * fps);
    const v2a = await engine.generate(
      signal,
      { task: 'v2a', rgb: movingBar(count, frameSize), count, duration: soundSeconds, settings },
      ignore,
    );
    const a2v = await engine.generate(
      signal,
      { task: 'a2v', samples: chirp(clipSeconds, sampleRate), duration: clipSeconds, settings },
      ignore,
    );
    if (v2a.task !== 'v2a' || a2v.task !== 'a2v') throw new TypeError('The engine mixed up its tasks.');
    return { info, v2a, a2v };
  } finally {
    engine.dispose();
  }
}

/** What regenerating the middle half of each result changed, latent by latent and in what is decoded. */
export interface RegenerationReport {
  readonly sound: Changed;
  readonly clip: Changed;
  /** Samples and frames that changed, as the first and the last one. */
  readonly samples: readonly [number, number];
  readonly frames: readonly [number, number];
  /** Every preview of the clip: after which step, and how many frames of how many different bytes. */
  readonly previews: readonly { readonly step: number; readonly count: number; readonly colours: number }[];
}

export interface Changed {
  readonly latents: number;
  /** First and last latent that changed; -1 for none. */
  readonly first: number;
  readonly last: number;
  /** How many of them changed. */
  readonly changed: number;
}

export interface RegenerationTestOptions extends SelfTestOptions {
  /** Values of one latent of each medium (the pack's grid). */
  readonly stride: { readonly sound: number; readonly clip: number };
}

/** Makes both media, then the middle half of each anew with the next seed. Throws AppError. */
export async function regenerationTest(options: RegenerationTestOptions): Promise<RegenerationReport> {
  const { soundSeconds, clipSeconds, stride, steps = 2, seed = 1 } = options;
  const engine = createEngine();
  const { signal } = new AbortController();
  try {
    const info = await engine.load(signal, options, () => undefined);
    const { fps, frameSize, outputFrameSize, sampleRate } = info.grid;
    const settings: SamplerSettings = { ...info.sampler.v2a, steps, seed, prompt: '', negative: '' };
    const again = { ...settings, seed: seed + 1 };
    const middle = (seconds: number) => [{ start: seconds / 4, end: (seconds * 3) / 4 }];

    const count = Math.ceil(soundSeconds * fps);
    // What is given to a generation is handed over.
    const v2a = () => ({ task: 'v2a', rgb: movingBar(count, frameSize), count, duration: soundSeconds }) as const;
    const sound = await engine.generate(signal, { ...v2a(), settings }, () => undefined);
    const keepSound = { latents: sound.latents, spans: middle(soundSeconds) };
    const newSound = await engine.generate(signal, { ...v2a(), settings: again, keep: keepSound }, () => undefined);

    const a2v = () => ({ task: 'a2v', samples: chirp(clipSeconds, sampleRate), duration: clipSeconds }) as const;
    const clip = await engine.generate(signal, { ...a2v(), settings }, () => undefined);
    const keepClip = { latents: clip.latents, spans: middle(clipSeconds) };
    const previews: RegenerationReport['previews'][number][] = [];
    const newClip = await engine.generate(
      signal,
      { ...a2v(), settings: again, keep: keepClip, previewEvery: 1 },
      (progress) => {
        if (progress.kind !== 'preview' || progress.task !== 'a2v') return;
        const { step, count, frames } = progress;
        previews.push({ step, count, colours: new Set(frames).size });
      },
    );
    if (sound.task !== 'v2a' || newSound.task !== 'v2a' || clip.task !== 'a2v' || newClip.task !== 'a2v') {
      throw new TypeError('The engine mixed up its tasks.');
    }
    const samples = changes(sound.samples, newSound.samples, 1);
    const frames = changes(clip.rgb, newClip.rgb, outputFrameSize ** 2 * 3);
    return {
      sound: changes(sound.latents, newSound.latents, stride.sound),
      clip: changes(clip.latents, newClip.latents, stride.clip),
      samples: [samples.first, samples.last],
      frames: [frames.first, frames.last],
      previews,
    };
  } finally {
    engine.dispose();
  }
}

/** Which stretches of `stride` values differ. */
export function changes(before: ArrayLike<number>, after: ArrayLike<number>, stride: number): Changed {
  const latents = after.length / stride;
  const changed: number[] = [];
  for (let latent = 0; latent < latents; latent++) {
    const from = latent * stride;
    for (let i = from; i < from + stride; i++) {
      if (before[i] === after[i]) continue;
      changed.push(latent);
      break;
    }
  }
  return { latents, first: changed[0] ?? -1, last: changed.at(-1) ?? -1, changed: changed.length };
}

/** RGB frames of a white bar that crosses a shaded ground. */
export function movingBar(count: number, size: number): Uint8Array {
  const rgb = new Uint8Array(count * size * size * 3);
  for (let i = 0; i < rgb.length; i++) {
    const pixel = Math.floor(i / 3);
    const x = pixel % size;
    const frame = Math.floor(pixel / (size * size));
    rgb[i] = Math.abs(x - ((frame * 3) % size)) < 4 ? 255 : 40 + x + 20 * (i % 3);
  }
  return rgb;
}

/** Mono sound of rising pitch with a click every half second. */
function chirp(duration: number, sampleRate: number): Float32Array {
  return Float32Array.from({ length: Math.round(duration * sampleRate) }, (_, i) => {
    const t = i / sampleRate;
    return 0.3 * Math.sin(2 * Math.PI * (200 + 100 * t) * t) + (t % 0.5 < 0.002 ? 0.5 : 0);
  });
}
