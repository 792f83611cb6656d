/** Both tasks from request to result: encode the given medium, sample the other one's latents, decode them. */
import { limitPeaks } from '../dsp/limiter.ts';
import { summarizeSound } from '../dsp/sound-summary.ts';
import { throwIfAborted } from '../errors.ts';
import { directingOf } from '../model/directing.ts';
import { fitSamples, frameCount, sampleCount } from '../model/counts.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Notice } from '../notices.ts';
import { renewedRuns } from '../sampler/inpaint.ts';
import type { WindowPlan } from '../sampler/windows.ts';
import { asksForSilence } from '../timing/track.ts';
import { cutIntoWindows, paddedFrames, watchWindows } from './clip-timing.ts';
import { decodeAudio, decodeAudioRuns, decodeVideo, encodeAudio, encodeVideo, isNarrow } from './codecs.ts';
import { codecContext, type GenerateContext } from './context.ts';
import { countsAsTyped, seeWords, withSeen } from './picture-words.ts';
import type {
  AudioToVideoRequest,
  GenerateRequest,
  GenerateResult,
  GenerateStage,
  SamplerSettings,
  VideoToAudioRequest,
} from './protocol.ts';
import { checkRequest, type CheckedRequest } from './requests.ts';
import { sample } from './sampling.ts';
import { awayFromSilence, isSilent, SECOND_ATTEMPT, STILL_SILENT } from './silence.ts';
import { spliceSound } from './splice.ts';
import type { Given } from './tracks.ts';

/** Ceiling of generated sound, in dBFS: leaves room for what lossy codecs add. */
const PEAK_DBFS = -1;

/** Throws AppError; `cancelled` within one run of a graph after the signal is aborted. */
export async function generate(context: GenerateContext, request: GenerateRequest): Promise<GenerateResult> {
  throwIfAborted(context.signal);
  const checked = checkRequest(request, context.manifest);
  const watch = createStopwatch(context.signal);
  const given = await watch('encode', () => encodeGiven(context, request, checked.plan));
  return request.task === 'v2a'
    ? generateSound(context, request, checked, given, watch)
    : generatePicture(context, request, checked, given, watch);
}

async function generateSound(
  context: GenerateContext,
  request: VideoToAudioRequest,
  { plan, renewed }: CheckedRequest,
  given: Given,
  watch: Stopwatch,
): Promise<GenerateResult> {
  const { grid } = context.manifest;
  async function attempt(settings: SamplerSettings) {
    const sampled = await watch('sample', () => sample(context, request, settings, plan, given, renewed));
    return {
      ...sampled,
      samples: await watch('decode', () => decodeSound(context, request, sampled.latents, renewed)),
    };
  }

  const seen = await watch('encode', () =>
    seeWords(context, request.settings, plan, given.latents, given.seen, request.seen),
  );
  const worded = seen.words.length > 0 ? withSeen(request.settings, seen, context.manifest) : request.settings;
  let made = await attempt(worded);
  const notices: Notice[] = [];
  // What was guessed may be what keeps it silent: the second attempt goes without.
  const louder = wantsSilence(request, context.manifest)
    ? undefined
    : awayFromSilence(countsAsTyped(request.settings, seen) ? worded : request.settings, context.manifest);
  if (louder && isSilent(made.samples, context.manifest)) {
    made = await attempt(louder);
    notices.push(isSilent(made.samples, context.manifest) ? STILL_SILENT : SECOND_ATTEMPT);
  }
  const { samples, latents, understood } = made;
  return {
    task: 'v2a',
    samples,
    sampleRate: grid.sampleRate,
    summary: summarizeSound(samples, grid.sampleRate),
    understood,
    ...(seen.byEyes ? { byEyes: true } : {}),
    notices,
    seconds: watch.seconds,
    latents,
  };
}

/** Whether a person who set the timing set nothing that is to be heard. */
function wantsSilence({ timing }: VideoToAudioRequest, manifest: Manifest): boolean {
  const directing = directingOf(manifest);
  return timing !== undefined && directing !== undefined && asksForSilence(timing, directing.telling);
}

/** The sound of the latents, as long as the clip; where latents were kept, with the earlier sound around the new one. */
async function decodeSound(
  context: GenerateContext,
  { duration, keep }: VideoToAudioRequest,
  latents: Float32Array,
  renewed: Uint8Array | undefined,
): Promise<Float32Array> {
  const { grid } = context.manifest;
  const codec = codecContext(context, 'decode');
  const count = sampleCount(duration, grid.sampleRate);
  const limited = (samples: Float32Array) => limitPeaks(samples.slice(0, count), grid.sampleRate, PEAK_DBFS);
  if (!keep || !renewed) return limited(await decodeAudio(codec, latents));
  const runs = renewedRuns(renewed);
  const parts = keep.samples ? 1 : 2;
  const silently = { ...codec, onChunk: () => undefined };
  codec.onChunk(0, parts);
  const fresh = limited(await decodeAudioRuns(silently, latents, runs));
  codec.onChunk(1, parts);
  const earlier = keep.samples ?? limited(await decodeAudio(silently, keep.latents));
  if (parts > 1) codec.onChunk(parts, parts);
  return spliceSound(earlier, fresh, runs, renewed.length, grid.samplesPerLatent);
}

async function generatePicture(
  context: GenerateContext,
  request: AudioToVideoRequest,
  { plan, renewed }: CheckedRequest,
  given: Given,
  watch: Stopwatch,
): Promise<GenerateResult> {
  const { fps, outputFrameSize, sampleRate } = context.manifest.grid;
  const count = frameCount(request.duration, fps);
  const { latents, understood } = await watch('sample', () =>
    sample(context, request, request.settings, plan, given, renewed),
  );
  const rgb = await watch('decode', () => decodeVideo(codecContext(context, 'decode'), latents, count));
  return {
    task: 'a2v',
    rgb,
    count,
    size: outputFrameSize,
    fps,
    summary: summarizeSound(request.samples, sampleRate),
    understood,
    notices: [],
    seconds: watch.seconds,
    latents,
  };
}

/** The given medium over the padded clip: the last frame held, silence added. */
async function encodeGiven(context: GenerateContext, request: GenerateRequest, plan: WindowPlan): Promise<Given> {
  const { grid } = context.manifest;
  const codec = codecContext(context, 'encode');
  return request.task === 'v2a' ? video(request) : audio(request);

  async function video(picture: VideoToAudioRequest): Promise<Given> {
    const padded = paddedFrames(picture, context.manifest, plan);
    const seen = await context.pictures?.of(padded);
    const latents = seen?.latents ?? (await encodeVideo(codec, padded));
    if (seen) seen.latents = latents;
    const common = { latents, ...(seen && { seen }) };
    return picture.timing
      ? { ...common, timing: cutIntoWindows(picture.timing, plan), directed: true }
      : { ...common, timing: await watchWindows(context, padded, plan, seen) };
  }

  async function audio({ samples, sourceRate = grid.sampleRate }: AudioToVideoRequest): Promise<Given> {
    const own = fitSamples(samples, sampleCount(request.duration, grid.sampleRate));
    const padded = fitSamples(own, plan.totalUnits * plan.audioPerUnit * grid.samplesPerLatent);
    return { latents: await encodeAudio(codec, padded, isNarrow(context.manifest, sourceRate)) };
  }
}

type Stopwatch = ReturnType<typeof createStopwatch>;

/** Times named stages in seconds; a stage that ends after an abort rejects. */
function createStopwatch(signal: AbortSignal) {
  const seconds: Record<GenerateStage, number> = { encode: 0, sample: 0, decode: 0 };
  const watch = async <T>(stage: GenerateStage, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    throwIfAborted(signal);
    seconds[stage] += (performance.now() - start) / 1000;
    return result;
  };
  return Object.assign(watch, { seconds });
}
