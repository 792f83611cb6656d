/** Requests as they cross the worker's border: checked before any work is done. */
import { AppError } from '../errors.ts';
import { sampleCount } from '../model/counts.ts';
import type { Manifest } from '../model/manifest.ts';
import { renewedLatents } from '../sampler/inpaint.ts';
import { planWindows, type WindowPlan } from '../sampler/windows.ts';
import type { GenerateRequest, SamplerSettings } from './protocol.ts';
import { generatedTrack } from './tracks.ts';

export interface CheckedRequest {
  readonly plan: WindowPlan;
  /** With `keep`: 1 for every latent that is made anew. */
  readonly renewed: Uint8Array | undefined;
}

/** @throws AppError `internal` that names what is wrong, or `keep-mismatch` where latents of another take were given */
export function checkRequest(request: GenerateRequest, manifest: Manifest): CheckedRequest {
  const { grid } = manifest;
  if (!(request.duration > 0) || !Number.isFinite(request.duration)) fail(`a duration of ${request.duration} s`);
  checkSettings(request.settings);
  const { previewEvery } = request;
  if (previewEvery !== undefined && !(Number.isInteger(previewEvery) && previewEvery >= 1)) {
    fail(`a preview every ${previewEvery} steps`);
  }
  if (request.task === 'v2a') {
    const bytes = request.count * grid.frameSize ** 2 * 3;
    if (request.count < 1 || request.rgb.length !== bytes)
      fail(`${request.rgb.length} bytes for ${request.count} frames`);
  } else if (!request.samples.every(Number.isFinite)) fail('the sound holds values that are not numbers');
  const plan = planWindows(grid, request.duration);
  return { plan, renewed: checkKeep(request, manifest, plan) };
}

function checkSettings({ seed, variations = [] }: SamplerSettings): void {
  const isSeed = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!isSeed(seed)) fail('a seed must be a whole number');
  for (const variation of variations) {
    if (!isSeed(variation.seed)) fail('the seed of a variation must be a whole number');
    if (!(variation.amount >= 0 && variation.amount <= 1)) fail(`a variation of ${variation.amount}`);
  }
}

function checkKeep({ task, duration, keep }: GenerateRequest, manifest: Manifest, plan: WindowPlan) {
  if (!keep) return undefined;
  const { generated, count } = generatedTrack(manifest, task, plan);
  const fits = (values: Float32Array, length: number) => values.length === length && values.every(Number.isFinite);
  const samples = sampleCount(duration, manifest.grid.sampleRate);
  if (!fits(keep.latents, count * generated.stride) || (keep.samples && !fits(keep.samples, samples))) {
    throw new AppError(
      'keep-mismatch',
      'What is to be kept does not belong to a take of this task and duration.',
      'Regenerate the whole take instead.',
    );
  }
  const { windowSeconds } = manifest.grid;
  const seconds = windowSeconds / (plan.windowUnits * generated.perUnit);
  try {
    return renewedLatents(keep.spans, { count, seconds, duration });
  } catch (error) {
    return fail(error instanceof RangeError ? error.message.replace(/\.$/, '') : String(error));
  }
}

function fail(what: string): never {
  throw new AppError('internal', `The request is not valid: ${what}.`, 'Reload the page and try again.');
}
