/**
 * A check of timing in a real browser: a picture is read by the sync encoder alone and by the whole pack, a sound is made to
 * hits with words, and made anew where a hit was moved. Used by the end-to-end tests.
 */
import { AppError } from '../errors.ts';
import { trackOf } from '../model/directing.ts';
import { changedSpans } from '../timing/difference.ts';
import { createEngine } from './client.ts';
import { changes, movingBar, type Changed, type SelfTestOptions } from './selftest.ts';
import type { SamplerSettings } from './protocol.ts';

export interface TimingReport {
  /** As read by the sync encoder alone, and by the whole pack in the same worker. */
  readonly alone: readonly number[];
  readonly whole: readonly number[];
  /** Latents of sound that hits change under words. */
  readonly obeyed: Changed;
  /** What the same request gives a second time, when the picture is known. */
  readonly repeated: Changed;
  /** Latents and samples that a moved hit changes, and the seconds that were made anew. */
  readonly moved: Changed;
  readonly samples: Changed;
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

export type TimingTestOptions = Omit<SelfTestOptions, 'clipSeconds'> & { readonly audioChannels: number };

/** Throws AppError. */
export async function timingTest(options: TimingTestOptions): Promise<TimingReport> {
  const { packUrl, backend, soundSeconds: duration, audioChannels, steps = 2, seed = 1 } = options;
  const engine = createEngine();
  const { signal } = new AbortController();
  const ignore = () => undefined;
  try {
    const { grid } = await engine.load(signal, { packUrl, backend, part: 'timing' }, ignore);
    const count = Math.ceil(duration * grid.fps);
    const picture = () => ({ rgb: movingBar(count, grid.frameSize), count, duration });
    const alone = await engine.readTiming(signal, picture());
    const { sampler, vocabulary, directing } = await engine.load(signal, { packUrl, backend }, ignore);
    const whole = await engine.readTiming(signal, picture());
    if (!directing) throw new AppError('internal', 'The pack takes no timing.');

    const words = { prompt: vocabulary[0] ?? '', negative: '', guidanceText: 2 };
    const settings: SamplerSettings = { ...sampler.v2a, ...words, steps, seed };
    const trackTo = (time: number) =>
      trackOf(directing, { hits: [{ time, strength: 1 }], level: [] }, { start: 0, duration });
    const make = async (request: { timing?: Float32Array; keep?: Parameters<typeof engine.generate>[1]['keep'] }) => {
      const { keep, ...rest } = request;
      const wanted = { task: 'v2a', settings, ...picture(), ...rest, ...(keep && { keep }) } as const;
      const made = await engine.generate(signal, wanted, ignore);
      if (made.task !== 'v2a') throw new TypeError('The engine mixed up its tasks.');
      return made;
    };
    const untold = await make({});
    const told = await make({ timing: trackTo(0.5) });
    const again = await make({ timing: trackTo(0.5) });
    const timing = trackTo(0.6);
    const spans = changedSpans(trackTo(0.5), timing, directing.rate, 0);
    const moved = await make({ timing, keep: { latents: told.latents, samples: told.samples, spans } });
    return {
      alone: [...alone],
      whole: [...whole],
      obeyed: changes(untold.latents, told.latents, audioChannels),
      repeated: changes(told.latents, again.latents, audioChannels),
      moved: changes(told.latents, moved.latents, audioChannels),
      samples: changes(told.samples, moved.samples, 1),
      spans,
    };
  } finally {
    engine.dispose();
  }
}
