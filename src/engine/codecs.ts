/**
 * Between media and latents, in chunks that bound memory whatever the length of the clip, and the timing that is read off
 * pictures. Media and latents are flat arrays here; their shapes follow from the manifest's grid.
 */
import { byteLength, readBytes, type FrameBytes } from '../dsp/frames.ts';
import { AppError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Phases } from '../model/phases.ts';
import type { WindowPlan } from '../sampler/windows.ts';
import { checkpoint } from './checkpoint.ts';
import { concatenate } from './networks.ts';
import { createPhaseFinder, type PhaseFinder } from './phases/phases.ts';
import { TensorScope, type GraphRunner, type RunTensor } from './runner.ts';

export interface CodecContext {
  readonly runner: GraphRunner;
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
  /** Called before the first chunk with 0 and after each chunk. */
  readonly onChunk: (done: number, all: number) => void;
}

/** Latents of one run of an audio codec. */
const AUDIO_CHUNK = 512;
/**
 * Latents of context on both sides of an audio chunk, dropped afterwards. More than the convolutions reach, so that
 * chunks join as if the clip had been run whole.
 */
const AUDIO_CONTEXT = 32;
/** Latent frames of one run of the video encoder, which codes each alone, and of the decoder, beside its context. */
const ENCODER_FRAMES = 8;
const DECODER_FRAMES = 8;

/** Whether sound from a file of this rate, in Hz, has nothing to say of the upper bands of a pack. */
export function isNarrow({ phases }: Pick<Manifest, 'phases'>, sourceRate: number): boolean {
  return phases !== undefined && sourceRate / 2 < (phases.upper.edges.at(-1) ?? 0);
}

/**
 * Samples [latents * samplesPerLatent] -> normalised latents [latents, audioChannels].
 *
 * @param narrow see `isNarrow`: the upper bands are then guessed, for their silence would say something about the sound
 */
export async function encodeAudio(context: CodecContext, samples: Float32Array, narrow = false): Promise<Float32Array> {
  const { grid, roles, graphs } = context.manifest;
  const guesses = graphs[roles.audioEncoder]?.inputs.some(({ name }) => name === 'known') ?? false;
  const known = { data: Float32Array.of(narrow ? 0 : 1), dims: [1] };
  const count = samples.length / grid.samplesPerLatent;
  return inAudioChunks(context, count, grid.audioChannels, async (from, to) => {
    const part = samples.subarray(from * grid.samplesPerLatent, to * grid.samplesPerLatent);
    const inputs = { samples: { data: part, dims: [1, part.length] }, ...(guesses && { known }) };
    return (await runGraph(context, roles.audioEncoder, inputs, ['latents'])).latents;
  });
}

/**
 * Latents [count, audioChannels] -> samples [count * samplesPerLatent].
 *
 * @param rough levels alone are to be right, which takes a tenth of the time where phases have to be found
 */
export async function decodeAudio(context: CodecContext, latents: Float32Array, rough = false): Promise<Float32Array> {
  const { grid, roles, phases } = context.manifest;
  const count = latents.length / grid.audioChannels;
  return inAudioChunks(context, count, grid.samplesPerLatent, async (from, to) => {
    const part = latents.subarray(from * grid.audioChannels, to * grid.audioChannels);
    const inputs = { latents: { data: part, dims: [1, to - from, grid.audioChannels] } };
    if (!phases) return (await runGraph(context, roles.audioDecoder, inputs, ['samples'])).samples;
    const spectrum = await runGraph(context, roles.audioDecoder, inputs, ['magnitudes', 'bands']);
    return phaseFinder(phases, grid.sampleRate).find(spectrum, () => checkpoint(context.signal), rough ? 0 : undefined);
  });
}

/** What finds the phases of a pack: made once, for it holds tables. */
const finders = new WeakMap<Phases, PhaseFinder>();

function phaseFinder(phases: Phases, rate: number): PhaseFinder {
  const finder = finders.get(phases) ?? createPhaseFinder(phases, rate);
  finders.set(phases, finder);
  return finder;
}

/**
 * Samples [count * samplesPerLatent] of which only those of the runs (latents, `to` not included) are decoded, with as much
 * around them as a limiter looks at; the others are 0.
 */
export async function decodeAudioRuns(
  context: CodecContext,
  latents: Float32Array,
  runs: readonly { readonly from: number; readonly to: number }[],
): Promise<Float32Array> {
  const { phases, grid } = context.manifest;
  const { audioChannels, samplesPerLatent } = grid;
  const count = latents.length / audioChannels;
  // The phases that a wave is found from are repeated: a part begins where they do, as the whole does.
  const period = phases ? (phases.startFrames * phases.hop) / samplesPerLatent : 1;
  const parts: { from: number; to: number }[] = [];
  for (const run of runs) {
    const first = Math.max(0, run.from - AUDIO_CONTEXT);
    const [from, to] = [first - (first % period), Math.min(count, run.to + AUDIO_CONTEXT)];
    const last = parts.at(-1);
    // Less than a context between two parts would be decoded twice.
    if (last && from <= last.to + AUDIO_CONTEXT) last.to = to;
    else parts.push({ from, to });
  }
  const out = new Float32Array(count * samplesPerLatent);
  for (const { from, to } of parts) {
    const part = latents.subarray(from * audioChannels, to * audioChannels);
    out.set(await decodeAudio(context, part), from * samplesPerLatent);
  }
  return out;
}

/** RGB bytes [latents * framesPerLatent, frameSize, frameSize, 3] -> latents [latents, size, size, videoChannels]. */
export async function encodeVideo(context: CodecContext, rgb: FrameBytes): Promise<Float32Array> {
  const { grid, roles } = context.manifest;
  const size = grid.frameSize;
  const frameBytes = size * size * 3;
  const count = byteLength(rgb) / frameBytes / grid.framesPerLatent;
  const stride = grid.videoLatentSize ** 2 * grid.videoChannels;
  const out = new Float32Array(count * stride);
  await inChunks(context, count, ENCODER_FRAMES, async (from, to) => {
    const frames = (to - from) * grid.framesPerLatent;
    const first = from * grid.framesPerLatent * frameBytes;
    const planes = toPlanes(await readBytes(rgb, first, first + frames * frameBytes), size);
    const shape = [1, frames, 3, size, size];
    out.set(await runOne(context, roles.videoEncoder, 'frames', planes, shape, 'latents'), from * stride);
  });
  return out;
}

/**
 * When the sound of a picture is to be heard: RGB bytes [frames, frameSize, frameSize, 3] of the padded clip -> timing
 * [windows, audioLatents, 2], each window watched by itself. Undefined where the pack does not read it.
 *
 * @param onWindow called before the first window with 0 and after each
 */
export async function readTiming(
  context: Omit<CodecContext, 'onChunk'>,
  rgb: FrameBytes,
  plan: WindowPlan,
  onWindow?: (done: number, all: number) => void,
): Promise<Float32Array | undefined> {
  const { grid, timing } = context.manifest;
  if (!timing) return undefined;
  const size = grid.frameSize;
  const frameBytes = size * size * 3;
  const parts: Float32Array[] = [];
  for (const start of plan.starts) {
    onWindow?.(parts.length, plan.starts.length);
    const first = start * plan.videoPerUnit * grid.framesPerLatent * frameBytes;
    const planes = toPlanes(await readBytes(rgb, first, first + grid.frames * frameBytes), size);
    parts.push(await runOne(context, timing.encoder, 'frames', planes, [1, grid.frames, 3, size, size], 'timing'));
  }
  onWindow?.(parts.length, plan.starts.length);
  return concatenate(parts);
}

/**
 * Latents [n, size, size, videoChannels] -> RGB bytes [frames, outputFrameSize, outputFrameSize, 3]; n covers `frames`.
 * Beyond both ends of the latents stands what is at them.
 */
export async function decodeVideo(context: CodecContext, latents: Float32Array, frames: number): Promise<Uint8Array> {
  const { grid, roles } = context.manifest;
  const size = grid.outputFrameSize;
  const frameBytes = size * size * 3;
  const stride = grid.videoLatentSize ** 2 * grid.videoChannels;
  const out = allocateBytes(frames * frameBytes);
  // Latents that only hold padding are not decoded at all.
  const count = Math.ceil(frames / grid.framesPerLatent);
  const last = latents.length / stride - 1;
  await inChunks(context, count, DECODER_FRAMES, async (from, to) => {
    const taken = to - from + 2 * grid.videoDecoderContext;
    const part = new Float32Array(taken * stride);
    for (let index = 0; index < taken; index++) {
      const latent = Math.min(last, Math.max(0, from - grid.videoDecoderContext + index));
      part.set(latents.subarray(latent * stride, (latent + 1) * stride), index * stride);
    }
    const shape = [1, taken, grid.videoLatentSize, grid.videoLatentSize, grid.videoChannels];
    const planes = await runOne(context, roles.videoDecoder, 'latents', part, shape, 'frames');
    const bytes = fromPlanes(planes, size);
    const first = from * grid.framesPerLatent * frameBytes;
    out.set(bytes.subarray(0, Math.min(bytes.length, out.length - first)), first);
  });
  return out;
}

type Values = { readonly data: Float32Array; readonly dims: readonly number[] };

/** Runs a graph with one input and one output on a batch of one. */
async function runOne(
  context: Omit<CodecContext, 'onChunk'>,
  graph: string,
  input: string,
  data: Float32Array,
  dims: readonly number[],
  output: string,
): Promise<Float32Array> {
  const found = await runGraph(context, graph, { [input]: { data, dims } }, [output]);
  return found[output] ?? new Float32Array();
}

/** Runs a graph on a batch of one; gives the outputs that are asked for. */
async function runGraph<Output extends string>(
  { runner, signal }: Omit<CodecContext, 'onChunk'>,
  graph: string,
  inputs: Readonly<Record<string, Values>>,
  wanted: readonly Output[],
): Promise<Record<Output, Float32Array>> {
  await checkpoint(signal);
  return TensorScope.during(async (scope) => {
    const tensors = Object.entries(inputs).map(([name, { data, dims }]) => [
      name,
      scope.own(runner.tensor(data, dims)),
    ]);
    const outputs = scope.ownAll(await runner.run(graph, Object.fromEntries(tensors) as Record<string, RunTensor>));
    const read = wanted.map(async (name) => {
      const values = await outputs[name]?.read();
      if (!values) throw new AppError('pack-invalid', `The graph "${graph}" has no output "${name}".`);
      if (!values.every(Number.isFinite)) {
        throw new AppError(
          'golden-failed',
          `The model produced values that are not numbers (${graph}, ${runner.backend}).`,
          'Try the other backend or another browser.',
        );
      }
      return [name, values] as const;
    });
    return Object.fromEntries(await Promise.all(read)) as Record<Output, Float32Array>;
  });
}

/** Calls `run` for chunks with context and puts their cores together; `stride` is the number of values of one latent. */
async function inAudioChunks(
  context: CodecContext,
  count: number,
  stride: number,
  run: (from: number, to: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const out = new Float32Array(count * stride);
  // A short rest is not worth a chunk of its own.
  const chunk = count <= AUDIO_CHUNK + 2 * AUDIO_CONTEXT ? count : AUDIO_CHUNK;
  await inChunks(context, count, chunk, async (from, to) => {
    const start = Math.max(0, from - AUDIO_CONTEXT);
    const values = await run(start, Math.min(count, to + AUDIO_CONTEXT));
    out.set(values.subarray((from - start) * stride, (to - start) * stride), from * stride);
  });
  return out;
}

async function inChunks(
  { onChunk }: CodecContext,
  count: number,
  chunk: number,
  run: (from: number, to: number) => Promise<void>,
): Promise<void> {
  const all = Math.ceil(count / chunk);
  onChunk(0, all);
  for (let index = 0; index < all; index++) {
    await run(index * chunk, Math.min(count, (index + 1) * chunk));
    onChunk(index + 1, all);
  }
}

/** RGB bytes [n, size, size, 3] -> values in -1..1 [n, 3, size, size]. */
export function toPlanes(rgb: Uint8Array, size: number): Float32Array {
  const plane = size * size;
  const out = new Float32Array(rgb.length);
  for (let from = 0; from < rgb.length; from++) {
    const pixel = Math.floor(from / 3);
    const frame = Math.floor(pixel / plane);
    out[frame * 3 * plane + (from % 3) * plane + (pixel % plane)] = (rgb[from] ?? 0) / 127.5 - 1;
  }
  return out;
}

/** The inverse of `toPlanes`; values beyond -1..1 are clipped. */
export function fromPlanes(planes: Float32Array, size: number): Uint8ClampedArray {
  const plane = size * size;
  const out = new Uint8ClampedArray(planes.length);
  for (let to = 0; to < out.length; to++) {
    const pixel = Math.floor(to / 3);
    const frame = Math.floor(pixel / plane);
    out[to] = ((planes[frame * 3 * plane + (to % 3) * plane + (pixel % plane)] ?? 0) + 1) * 127.5;
  }
  return out;
}

function allocateBytes(count: number): Uint8Array {
  try {
    return new Uint8Array(count);
  } catch (error) {
    throw new AppError(
      'out-of-memory',
      `A clip of this length needs ${(count / 1e6).toFixed(0)} MB for its pictures, which the browser refused.`,
      'Use a shorter sound.',
      { cause: error, values: { variant: 'pictures', megabytes: Math.round(count / 1e6) } },
    );
  }
}
