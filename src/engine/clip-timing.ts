/** The timing of a whole clip: read off its picture, or cut into the windows that the generator is told it by. */
import type { FrameBytes } from '../dsp/frames.ts';
import { fitFrames, frameCount } from '../model/counts.ts';
import type { Manifest } from '../model/manifest.ts';
import { addWindow, planWindows, readWindow, windowWeights, type WindowPlan } from '../sampler/windows.ts';
import { TRACK_VALUES } from '../timing/track.ts';
import type { TimingTrack } from '../timing/types.ts';
import { readTiming } from './codecs.ts';
import type { GenerateContext } from './context.ts';
import { concatenate, rows } from './networks.ts';
import type { SeenPicture } from './picture-memory.ts';
import type { ReadTimingRequest } from './protocol.ts';
import { checkPicture, timingMissing } from './requests.ts';

/** See `Engine.readTiming`. */
export async function readClipTiming(context: GenerateContext, request: ReadTimingRequest): Promise<TimingTrack> {
  const { manifest, onProgress } = context;
  checkPicture(request, manifest);
  const plan = planWindows(manifest.grid, request.duration);
  const frames = paddedFrames(request, manifest, plan);
  const seen = await context.pictures?.of(frames);
  const read = await watchWindows(context, frames, plan, seen, (step, steps) =>
    onProgress({ kind: 'generate', stage: 'encode', step, steps }),
  );
  if (!read) throw timingMissing();
  return joinWindows(read, plan);
}

/**
 * The timing of each window of a picture, read unless it is known; see `readTiming` of codecs.ts.
 * @param seen what is known of the picture, and is added to
 */
export async function watchWindows(
  context: GenerateContext,
  frames: FrameBytes,
  plan: WindowPlan,
  seen: SeenPicture | undefined,
  onWindow?: (done: number, all: number) => void,
): Promise<Float32Array | undefined> {
  if (seen?.timing) return seen.timing;
  const read = await readTiming(context, frames, plan, onWindow);
  if (seen && read) seen.timing = read;
  return read;
}

/** RGB bytes of the padded clip: frames beyond the duration do not belong to it, and its last frame is held. */
export function paddedFrames(
  { rgb, duration }: Pick<ReadTimingRequest, 'rgb' | 'duration'>,
  { grid }: Pick<Manifest, 'grid'>,
  plan: WindowPlan,
): FrameBytes {
  const frameBytes = grid.frameSize ** 2 * 3;
  const own = fitFrames(rgb, frameBytes, frameCount(duration, grid.fps));
  return fitFrames(own, frameBytes, plan.totalUnits * plan.videoPerUnit * grid.framesPerLatent);
}

/** The track of each window [windows, audioLatents, 2], one after the other. */
export function cutIntoWindows(track: TimingTrack, { starts, windowUnits, audioPerUnit }: WindowPlan): Float32Array {
  const length = windowUnits * audioPerUnit;
  return concatenate(starts.map((start) => readWindow(track, start * audioPerUnit, length, TRACK_VALUES)));
}

/** The inverse, in an array of its own; where windows overlap, what each says counts as much as its velocities do. */
function joinWindows(windows: Float32Array, plan: WindowPlan): TimingTrack {
  const { starts, totalUnits, audioPerUnit } = plan;
  if (starts.length === 1) return windows.slice();
  const track = new Float32Array(totalUnits * audioPerUnit * TRACK_VALUES);
  const ofWindow = rows(windows, starts.length);
  windowWeights(plan, audioPerUnit).forEach((weights, window) => {
    addWindow(track, ofWindow(window), (starts[window] ?? 0) * audioPerUnit, weights, TRACK_VALUES);
  });
  return track;
}
