/** Requests as they cross the worker's border: checked before any work is done. */
import { byteLength } from '../dsp/frames.ts';
import { AppError } from '../errors.ts';
import { sampleCount } from '../model/counts.ts';
import type { Manifest } from '../model/manifest.ts';
import { renewedLatents } from '../sampler/inpaint.ts';
import { planWindows, type WindowPlan } from '../sampler/windows.ts';
import { TRACK_VALUES } from '../timing/track.ts';
import type { TimingTrack } from '../timing/types.ts';
import type { GenerateRequest, ReadTimingRequest, SamplerSettings } from './protocol.ts';
import { generatedTrack } from './tracks.ts';

export interface CheckedRequest {
  readonly plan: WindowPlan;
  /** With `keep`: 1 for every latent that is made anew. */
  readonly renewed: Uint8Array | undefined;
}

/** @throws AppError `internal` that names what is wrong, or `keep-mismatch` where latents of another take were given */
export function checkRequest(request: GenerateRequest, manifest: Manifest): CheckedRequest {
  const { grid } = manifest;
  checkDuration(request.duration);
  checkSettings(request.settings);
  const { previewEvery } = request;
  if (previewEvery !== undefined && !(Number.isInteger(previewEvery) && previewEvery >= 1)) {
    fail(`a preview every ${previewEvery} steps`);
  }
  if (request.task === 'v2a') checkPicture(request, manifest);
  else if (!request.samples.every(Number.isFinite)) fail('the sound holds values that are not numbers');
  const plan = planWindows(grid, request.duration);
  if (request.task === 'v2a' && request.timing) checkTiming(request.timing, manifest, plan);
  return { plan, renewed: checkKeep(request, manifest, plan) };
}

/** @throws AppError `internal` that names what is wrong */
export function checkPicture({ rgb, count, duration }: ReadTimingRequest, { grid }: Manifest): void {
  checkDuration(duration);
  const bytes = byteLength(rgb);
  if (!(count >= 1) || bytes !== count * grid.frameSize ** 2 * 3) fail(`${bytes} bytes for ${count} frames`);
}

function checkDuration(duration: number): void {
  if (!(duration > 0) || !Number.isFinite(duration)) fail(`a duration of ${duration} s`);
}

function checkTiming(track: TimingTrack, { timing }: Manifest, plan: WindowPlan): void {
  if (!timing) throw timingMissing();
  const values = plan.totalUnits * plan.audioPerUnit * TRACK_VALUES;
  if (track.length !== values) fail(`${track.length} values of timing instead of ${values}`);
  if (!track.every(Number.isFinite)) fail('the timing holds values that are not numbers');
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

/** What is said of a pack that cannot do what was asked for. */
export function timingMissing(): AppError {
  return new AppError(
    'timing-missing',
    'This model neither reads timing off pictures nor makes sound to a timing.',
    'Generate without timing, or use another model.',
  );
}

function fail(what: string): never {
  throw new AppError('internal', `The request is not valid: ${what}.`, 'Reload the page and try again.');
}
