/** How long a generation takes on this device, before anything was downloaded. */
import { predictSeconds } from '../../model/cost.ts';
import { sameWords, understand } from '../../model/vocabulary.ts';
import type { Services } from '../services/services.ts';

export interface Estimate {
  /** Seconds of the clip that the estimate is for. */
  readonly clip: number;
  /** Seconds that one take of it is expected to need. */
  readonly seconds: number;
}

export interface Estimating {
  /** Runs the engine's benchmark of about two seconds. Throws AppError. */
  readonly estimate: () => Promise<Estimate>;
}

export function createEstimating(services: Services): Estimating {
  return {
    async estimate() {
      const { life, deps, get } = services;
      const manifest = await services.readPack(life);
      const { backend } = deps.load;
      const speed = await deps.engine.benchmark(life, { backend, requires: manifest.requires });
      const { task, draft } = get();
      const clip = manifest.grid.windowSeconds;
      const hasText = !sameWords(understand(draft.prompt, manifest.text), understand(draft.negative, manifest.text));
      const planned = { ...manifest.sampler[task], ...draft.sampler[task], task, duration: clip, hasText };
      return { clip, seconds: predictSeconds(manifest, speed.gflops, planned).total };
    },
  };
}
