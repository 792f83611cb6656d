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
      { task: 'v2a', rgb: movingBar(count, frameSize), count, duration: soundSeconds, settings, wantLatents: true },
      ignore,
    );
    const a2v = await engine.generate(
      signal,
      { task: 'a2v', samples: chirp(clipSeconds, sampleRate), duration: clipSeconds, settings, wantLatents: true },
      ignore,
    );
    if (v2a.task !== 'v2a' || a2v.task !== 'a2v') throw new TypeError('The engine mixed up its tasks.');
    return { info, v2a, a2v };
  } finally {
    engine.dispose();
  }
}

/** RGB frames of a white bar that crosses a shaded ground. */
function movingBar(count: number, size: number): Uint8Array {
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
