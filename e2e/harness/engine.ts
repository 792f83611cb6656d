/** Puts the engine's self-test on `window.engineHarness`, and a few ways to disturb the engine, without the app around it. */

import { AppError, type ErrorData } from '../../src/errors.ts';
import { createEngine } from '../../src/engine/client.ts';
import type { Backend, DeviceSpeed, EngineInfo, LoadRequest } from '../../src/engine/protocol.ts';
import {
  regenerationTest,
  selfTest,
  type RegenerationReport,
  type RegenerationTestOptions,
  type SelfTestOptions,
} from '../../src/engine/selftest.ts';
import { timingTest, type TimingReport, type TimingTestOptions } from '../../src/engine/selftest-timing.ts';
import { probeCapability, type Capability } from '../../src/model/capability.ts';

/** What a self-test gave; arrays are plain numbers, because that is what a test can fetch from a page. */
export interface SelfTestReport {
  readonly info: EngineInfo;
  readonly audioLatents: number[];
  readonly videoLatents: number[];
  readonly samples: number[];
  /** Every 97th byte of the pictures. */
  readonly pixels: number[];
  readonly frames: number;
  readonly seconds: number;
}

/** What became of a generation that was cancelled. */
export interface Cancelled {
  /** Of its error, or `finished`. */
  readonly code: string;
  /** Until it ended, from the cancel on. */
  readonly milliseconds: number;
  readonly millisecondsPerStep: number;
}

export type Reported<T> = { readonly value: T } | { readonly error: ErrorData };

async function reported<T>(work: () => Promise<T>): Promise<Reported<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: AppError.from(error).toData() };
  }
}

const PIXEL_STEP = 97;

const harness = {
  selfTest: (options: SelfTestOptions): Promise<Reported<SelfTestReport>> =>
    reported(async () => {
      const start = performance.now();
      const { info, v2a, a2v } = await selfTest(options);
      return {
        info,
        audioLatents: [...(v2a.latents ?? [])],
        videoLatents: [...(a2v.latents ?? [])],
        samples: [...v2a.samples],
        pixels: [...a2v.rgb.filter((_, i) => i % PIXEL_STEP === 0)],
        frames: a2v.count,
        seconds: (performance.now() - start) / 1000,
      };
    }),

  load: (request: LoadRequest): Promise<Reported<EngineInfo>> =>
    reported(async () => {
      const engine = createEngine();
      try {
        return await engine.load(new AbortController().signal, request, () => undefined);
      } finally {
        engine.dispose();
      }
    }),

  /** Cancels a generation of `steps` sampling steps after some of them, then generates again. */
  cancelAndRepeat: (request: LoadRequest, afterSteps: number, steps: number): Promise<Reported<Cancelled>> =>
    reported(async () => {
      const engine = createEngine();
      try {
        const info = await engine.load(new AbortController().signal, request, () => undefined);
        const { frameSize, fps } = info.grid;
        const count = Math.ceil(fps);
        const generate = (signal: AbortSignal, steps: number, onStep: (step: number) => void) =>
          engine.generate(
            signal,
            {
              task: 'v2a',
              rgb: new Uint8Array(count * frameSize ** 2 * 3),
              count,
              duration: count / fps,
              settings: { ...info.sampler.v2a, steps, seed: 1, prompt: '', negative: '' },
            },
            (p) => {
              if (p.kind === 'generate' && p.stage === 'sample') onStep(p.step);
            },
          );
        const abort = new AbortController();
        let [firstAt, cancelledAt] = [0, 0];
        const code = await generate(abort.signal, steps, (step) => {
          if (step === 1) firstAt = performance.now();
          if (step !== afterSteps) return;
          cancelledAt = performance.now();
          abort.abort();
        }).then(
          () => 'finished',
          (error: unknown) => AppError.from(error).code,
        );
        const milliseconds = performance.now() - cancelledAt;
        await generate(new AbortController().signal, 1, () => undefined);
        return { code, milliseconds, millisecondsPerStep: (cancelledAt - firstAt) / (afterSteps - 1) };
      } finally {
        engine.dispose();
      }
    }),

  regenerate: (options: RegenerationTestOptions): Promise<Reported<RegenerationReport>> =>
    reported(() => regenerationTest(options)),

  /** On a page that has stored nothing yet. */
  timing: (options: TimingTestOptions): Promise<Reported<TimingReport>> =>
    reported(async () => {
      for (const name of await caches.keys()) await caches.delete(name);
      return timingTest(options);
    }),

  benchmark: (backend: Backend | 'auto'): Promise<Reported<DeviceSpeed>> =>
    reported(async () => {
      const engine = createEngine();
      try {
        return await engine.benchmark(new AbortController().signal, { backend });
      } finally {
        engine.dispose();
      }
    }),

  probe: (): Promise<Reported<Capability>> => reported(() => probeCapability()),
};

declare global {
  interface Window {
    engineHarness: typeof harness;
  }
}
window.engineHarness = harness;
