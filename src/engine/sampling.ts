/** From the given medium's latents to the missing one's: noise, networks and solver put together. */
import { AppError } from '../errors.ts';
import { directingOf } from '../model/directing.ts';
import { bagOf, sameWords, understand } from '../model/vocabulary.ts';
import { branchWeights, exaggeratesText, guidanceOfLevel } from '../sampler/guidance.ts';
import { keepLatents } from '../sampler/inpaint.ts';
import { gaussianNoise, variedNoise } from '../sampler/noise.ts';
import { flowTimes } from '../sampler/schedule.ts';
import { solve, type SolverStep } from '../sampler/solvers.ts';
import type { WindowPlan } from '../sampler/windows.ts';
import { createClipVelocity } from './clip-velocity.ts';
import type { GenerateContext } from './context.ts';
import { chooseFusionSet, createNetworks } from './networks.ts';
import { makePreview, planPreviews } from './preview.ts';
import type { GenerateRequest, SamplerSettings } from './protocol.ts';
import { TensorScope } from './runner.ts';
import { generatedTrack, type Given } from './tracks.ts';

export interface Sampled {
  /** Latents of the missing medium over the padded clip. */
  readonly latents: Float32Array;
  readonly understood: readonly string[];
}

/**
 * @param settings those of the request, or changed ones
 * @param renewed with `request.keep`: which latents are made anew
 */
export async function sample(
  context: GenerateContext,
  request: GenerateRequest,
  settings: SamplerSettings,
  plan: WindowPlan,
  given: Given,
  renewed: Uint8Array | undefined,
): Promise<Sampled> {
  const { runner, manifest, signal, onProgress, onLatents } = context;
  const report = (step: number) => onProgress({ kind: 'generate', stage: 'sample', step, steps: settings.steps });
  report(0);
  const { text } = manifest;
  const fusionSet = chooseFusionSet(manifest, request.task, settings.fusionSet);
  const networks = createNetworks(runner, manifest, fusionSet, signal);
  const { generated, conditioning, count } = generatedTrack(manifest, request.task, plan);

  const understood = understand(settings.prompt, text);
  const avoided = understand(settings.negative, text);
  const sameText = sameWords(understood, avoided);
  const [prompt, negative] = await networks.embedTexts([understood, avoided].map((words) => bagOf(words, text)));
  if (!prompt || !negative) throw new AppError('internal', 'The text graph gave no embeddings.');

  const t = fusionSet.conditioningT;
  const noise = gaussianNoise(settings.seed, 'conditioning', given.latents.length);
  const conditioningX = noise.map((value, index) => (1 - t) * value + t * (given.latents[index] ?? 0));
  const x = variedNoise(settings.seed, settings.variations ?? [], generated.modality, count * generated.stride);
  const constrain = request.keep && renewed && keepLatents(x, request.keep.latents, renewed, generated.stride);

  const { task, duration, previewEvery } = request;
  const previews =
    previewEvery === undefined
      ? undefined
      : planPreviews(manifest, { ...settings, task, duration, hasText: !sameText }, previewEvery);
  const onStep = async ({ done, steps, x: reached, estimate }: SolverStep) => {
    report(done);
    onLatents?.(reached.slice());
    // The last estimate is the result itself, which is about to be decoded anyway.
    if (!previews || done % previews.every !== 0 || done === steps) return;
    onProgress(await makePreview(context, request, estimate(), previews.frames, { step: done, steps }));
  };

  const latents = await TensorScope.during(async (scope) => {
    const levels = task === 'v2a' ? manifest.grid.audioLevelChannels : 0;
    const { wordsWithTiming = false } = settings;
    const apart = given.directed && !wordsWithTiming;
    const weightsOf = (some: SamplerSettings, time: number) => branchWeights(some, sameText, time, apart);
    const velocity = createClipVelocity({
      networks,
      plan,
      generated,
      conditioning,
      conditioningX,
      conditioningT: t,
      // With what was read, fewer sounds have the material that was asked for (.66 instead of .81).
      timing: exaggeratesText(settings, sameText) && !given.directed && !wordsWithTiming ? undefined : given.timing,
      levelGuidance: manifest.timing?.level,
      directed: given.directed ? directingOf(manifest)?.telling : undefined,
      prompt,
      negative,
      renewed,
      mixtureAt: (time) => ({
        weights: weightsOf(settings, time),
        most: settings.guidanceMost,
        apart:
          levels > 0
            ? { channels: levels, stride: generated.stride, weights: weightsOf(guidanceOfLevel(settings), time) }
            : undefined,
      }),
      scope,
    });
    const times = flowTimes(settings.steps, settings.timeShift);
    return solve({
      solver: settings.solver,
      x,
      times,
      velocity,
      signal,
      ...(constrain ? { constrain } : {}),
      onStep,
    });
  });
  return { latents, understood };
}
