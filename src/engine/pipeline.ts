/** Both tasks from request to result: encode the given medium, sample the other one's latents, decode them. */
import { fromDb, peak } from '../dsp/levels.ts';
import { limitPeaks } from '../dsp/limiter.ts';
import { sketchSound } from '../dsp/sketch.ts';
import { AppError, throwIfAborted } from '../errors.ts';
import { fitFrames, fitSamples, frameCount, sampleCount } from '../media/clock.ts';
import type { Manifest } from '../model/manifest.ts';
import { bagOf, understand } from '../model/text.ts';
import type { Notice } from '../notices.ts';
import { branchWeights } from '../sampler/guidance.ts';
import { gaussianNoise } from '../sampler/noise.ts';
import { flowTimes } from '../sampler/schedule.ts';
import { solve } from '../sampler/solvers.ts';
import { planWindows, type WindowPlan } from '../sampler/windows.ts';
import { createClipVelocity, type Track } from './clip-velocity.ts';
import { decodeAudio, decodeVideo, encodeAudio, encodeVideo, type CodecContext } from './codecs.ts';
import { chooseFusionSet, createNetworks } from './networks.ts';
import type {
  AudioToVideoRequest,
  EngineProgress,
  GenerateRequest,
  GenerateResult,
  GenerateStage,
  SamplerSettings,
  VideoToAudioRequest,
} from './protocol.ts';
import { TensorScope, type GraphRunner } from './runner.ts';

export interface GenerateContext {
  readonly runner: GraphRunner;
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EngineProgress) => void;
}

/** Ceiling of generated sound, in dBFS: leaves room for what lossy codecs add. */
const PEAK_DBFS = -1;

/** Sound whose loudest sample lies below this counts as silent, in dBFS: the model's own silence peaks near -55. */
const SILENT_DBFS = -40;

/** Least text guidance that leads away from silence on real clips; at 2 most of them stay silent. */
const AWAY_FROM_SILENCE = 4;

const SECOND_ATTEMPT: Notice = {
  code: 'second-attempt',
  message:
    'The model would have left this picture silent, so the sound was made a second time, guided away from silence. ' +
    'To keep it silent, write “silence” as the prompt.',
};
const STILL_SILENT: Notice = {
  code: 'still-silent',
  message:
    'The model found nothing to sound in this picture: the result is silent. ' +
    'A prompt that names the sound (say “striking metal”) or another seed may help.',
};

/** Throws AppError; `cancelled` within one run of a graph after the signal is aborted. */
export async function generate(context: GenerateContext, request: GenerateRequest): Promise<GenerateResult> {
  throwIfAborted(context.signal);
  check(request, context.manifest);
  const plan = planWindows(context.manifest.grid, request.duration);
  const watch = createStopwatch(context.signal);
  const given = await watch('encode', () => encodeGiven(context, request, plan));
  return request.task === 'v2a'
    ? generateSound(context, request, plan, given, watch)
    : generatePicture(context, request, plan, given, watch);
}

async function generateSound(
  context: GenerateContext,
  request: VideoToAudioRequest,
  plan: WindowPlan,
  given: Float32Array,
  watch: Stopwatch,
): Promise<GenerateResult> {
  const { grid } = context.manifest;
  const count = sampleCount(request.duration, grid.sampleRate);
  async function attempt(settings: SamplerSettings) {
    const sampled = await watch('sample', () => sample(context, { task: 'v2a', settings }, plan, given));
    const samples = await watch('decode', async () => {
      const decoded = await decodeAudio(codecContext(context, 'decode'), sampled.latents);
      return limitPeaks(decoded.slice(0, count), grid.sampleRate, PEAK_DBFS);
    });
    return { ...sampled, samples };
  }

  let made = await attempt(request.settings);
  const notices: Notice[] = [];
  const louder = awayFromSilence(request.settings, context.manifest);
  if (louder && isSilent(made.samples)) {
    made = await attempt(louder);
    notices.push(isSilent(made.samples) ? STILL_SILENT : SECOND_ATTEMPT);
  }
  const { samples, latents, understood } = made;
  return {
    task: 'v2a',
    samples,
    sampleRate: grid.sampleRate,
    sketch: sketchSound(samples, grid.sampleRate),
    understood,
    notices,
    timings: watch.timings,
    ...(request.wantLatents ? { latents } : {}),
  };
}

async function generatePicture(
  context: GenerateContext,
  request: AudioToVideoRequest,
  plan: WindowPlan,
  given: Float32Array,
  watch: Stopwatch,
): Promise<GenerateResult> {
  const { fps, outputFrameSize, sampleRate } = context.manifest.grid;
  const count = frameCount(request.duration, fps);
  const { latents, understood } = await watch('sample', () => sample(context, request, plan, given));
  const rgb = await watch('decode', () => decodeVideo(codecContext(context, 'decode'), latents, count));
  return {
    task: 'a2v',
    rgb,
    count,
    size: outputFrameSize,
    fps,
    sketch: sketchSound(request.samples, sampleRate),
    understood,
    notices: [],
    timings: watch.timings,
    ...(request.wantLatents ? { latents } : {}),
  };
}

function check(request: GenerateRequest, { grid }: Manifest): void {
  const fail = (what: string): never => {
    throw new AppError('internal', `The request is not valid: ${what}.`, 'Reload the page and try again.');
  };
  if (!(request.duration > 0) || !Number.isFinite(request.duration)) fail(`a duration of ${request.duration} s`);
  if (!Number.isSafeInteger(request.settings.seed) || request.settings.seed < 0) fail('a seed must be a whole number');
  if (request.task === 'v2a') {
    const bytes = request.count * grid.frameSize ** 2 * 3;
    if (request.count < 1 || request.rgb.length !== bytes)
      fail(`${request.rgb.length} bytes for ${request.count} frames`);
  } else if (!request.samples.every(Number.isFinite)) fail('the sound holds values that are not numbers');
}

/** Latents of the given medium over the padded clip: the last frame held, silence added. */
function encodeGiven(context: GenerateContext, request: GenerateRequest, plan: WindowPlan): Promise<Float32Array> {
  const { grid } = context.manifest;
  const codec = codecContext(context, 'encode');
  return request.task === 'v2a' ? video(request) : audio(request);

  function video({ rgb }: VideoToAudioRequest) {
    const frameBytes = grid.frameSize ** 2 * 3;
    // Frames beyond the duration do not belong to the clip; then the padding.
    const own = fitFrames(rgb, frameBytes, frameCount(request.duration, grid.fps));
    const frames = plan.totalUnits * plan.videoPerUnit * grid.framesPerLatent;
    return encodeVideo(codec, fitFrames(own, frameBytes, frames));
  }

  function audio({ samples }: AudioToVideoRequest) {
    const own = fitSamples(samples, sampleCount(request.duration, grid.sampleRate));
    return encodeAudio(codec, fitSamples(own, plan.totalUnits * plan.audioPerUnit * grid.samplesPerLatent));
  }
}

function isSilent(samples: Float32Array): boolean {
  return peak(samples) < fromDb(SILENT_DBFS);
}

/**
 * Settings for a second attempt after a silent first one: silence joins what is to be avoided. A picture that is unlike
 * the training scenes is easily taken for movement without sound, but whoever asks for a sound wants one. Undefined
 * where the prompt asks for silence itself, or the pack has no word for it.
 */
function awayFromSilence(settings: SamplerSettings, { text }: Manifest): SamplerSettings | undefined {
  const { silence } = text;
  if (silence === undefined || understand(settings.prompt, text).includes(silence)) return undefined;
  const guidanceText = Math.max(settings.guidanceText, AWAY_FROM_SILENCE);
  return { ...settings, negative: `${settings.negative} ${silence}`, guidanceText };
}

interface Sampled {
  readonly latents: Float32Array;
  readonly understood: string[];
}

/** Latents of the missing medium over the padded clip. */
async function sample(
  { runner, manifest, signal, onProgress }: GenerateContext,
  { task, settings }: { readonly task: GenerateRequest['task']; readonly settings: SamplerSettings },
  plan: WindowPlan,
  given: Float32Array,
): Promise<Sampled> {
  const report = (step: number) => onProgress({ kind: 'generate', stage: 'sample', step, steps: settings.steps });
  report(0);
  const { grid, text } = manifest;
  const fusionSet = chooseFusionSet(manifest, task, settings.fusionSet);
  const networks = createNetworks(runner, manifest, fusionSet, signal);
  const audio: Track = { modality: 'audio', perUnit: plan.audioPerUnit, stride: grid.audioChannels };
  const video: Track = {
    modality: 'video',
    perUnit: plan.videoPerUnit,
    stride: grid.videoLatentSize ** 2 * grid.videoChannels,
  };
  const [generated, conditioning] = task === 'v2a' ? [audio, video] : [video, audio];

  const understood = understand(settings.prompt, text);
  const bags = [bagOf(understood, text), bagOf(understand(settings.negative, text), text)] as const;
  const sameText = bags[0].every((value, index) => value === bags[1][index]);
  const [prompt, negative] = await networks.embedTexts(bags);
  if (!prompt || !negative) throw new AppError('internal', 'The text graph gave no embeddings.');

  const t = fusionSet.conditioningT;
  const noise = gaussianNoise(settings.seed, 'conditioning', given.length);
  const conditioningX = noise.map((value, index) => (1 - t) * value + t * (given[index] ?? 0));
  const x = gaussianNoise(settings.seed, generated.modality, plan.totalUnits * generated.perUnit * generated.stride);

  const latents = await TensorScope.during(async (scope) => {
    const velocity = await createClipVelocity({
      networks,
      plan,
      generated,
      conditioning,
      conditioningX,
      conditioningT: t,
      prompt,
      negative,
      weights: branchWeights(settings.guidanceText, settings.guidanceAv, sameText),
      scope,
    });
    const times = flowTimes(settings.steps, settings.timeShift);
    return solve({ solver: settings.solver, x, times, velocity, signal, onStep: report });
  });
  return { latents, understood };
}

function codecContext({ runner, manifest, signal, onProgress }: GenerateContext, stage: GenerateStage): CodecContext {
  const onChunk = (step: number, steps: number) => onProgress({ kind: 'generate', stage, step, steps });
  return { runner, manifest, signal, onChunk };
}

type Stopwatch = ReturnType<typeof createStopwatch>;

/** Times named stages in seconds; a stage that ends after an abort rejects. */
function createStopwatch(signal: AbortSignal) {
  const timings: Record<GenerateStage, number> = { encode: 0, sample: 0, decode: 0 };
  const watch = async <T>(stage: GenerateStage, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    throwIfAborted(signal);
    timings[stage] += (performance.now() - start) / 1000;
    return result;
  };
  return Object.assign(watch, { timings });
}
