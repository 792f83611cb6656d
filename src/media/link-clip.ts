/**
 * A clip small enough for a link: MP4 with H.264 and mono AAC, which every browser plays as it is. The number of bytes is
 * given; the sound gets what it needs for its onsets and loudness to survive, the picture gets the rest.
 */
import { fromDb, peak } from '../dsp/levels.ts';
import { integratedLoudness } from '../dsp/loudness.ts';
import { detectOnsets } from '../dsp/onsets.ts';
import { onsetF1 } from '../dsp/onset-score.ts';
import { resample } from '../dsp/resample.ts';
import type { TimeSpan } from '../dsp/span.ts';
import { AppError } from '../errors.ts';
import { fitSamples, frameCount, sampleCount } from '../model/counts.ts';
import { fpsFraction } from './fps-fraction.ts';
import { mediaError, workError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { INPUT, type Session } from './session.ts';
import type { MediaProgress } from './types.ts';

/** Mono sound; sample 0 is at presentation time 0 of the file whose picture it goes with. */
export interface LinkSound {
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

export interface LinkClipOptions {
  /** The part of the picture and the sound that is wanted. */
  readonly span: TimeSpan;
  /** Most bytes, once deflated. */
  readonly maxBytes: number;
  readonly onProgress?: MediaProgress | undefined;
}

export interface LinkClip {
  readonly mp4: Uint8Array<ArrayBuffer>;
  /** Picture size in pixels and its rate. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Agreement of the onsets with the given sound's, 0..1, within 0.05 s. */
  readonly onsetF1: number;
  /** Decibels by which the loudness differs, without sign; 0 for silence. */
  readonly loudnessOff: number;
  /** Constant rate factor of the picture: 18 is as good as the source, 51 the worst there is. */
  readonly crf: number;
}

export interface SmallFrames {
  /** RGB bytes [count, height, width, 3]; frame k is the picture shown (k + 0.5) / fps after the start of the span. */
  readonly rgb: Uint8Array;
  readonly count: number;
}

export interface SmallFrameOptions {
  readonly span: TimeSpan;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** What the media layer does for links. Calls throw AppError: what `Media.probe` throws, and what they say. */
export interface LinkMedia {
  /** A clip of at most `maxBytes` bytes, once deflated, of the picture of `file` and `sound` (mono, on the file's clock). Throws no-video-track, link-too-large. */
  linkClip(signal: AbortSignal, file: File, sound: LinkSound, options: LinkClipOptions): Promise<LinkClip>;
  /** Throws no-video-track. */
  smallFrames(signal: AbortSignal, file: File, options: SmallFrameOptions): Promise<SmallFrames>;
}

const RATE = 16_000;
/** Kilobits a second for the sound, tried from the first that may suffice. */
const SOUND_RATES = [12, 14, 16, 18, 20, 24, 32, 48];
const GOOD_F1 = 0.95;
const GOOD_LOUDNESS = 3;
/** Highest frequencies that are kept, in hertz, when all of them leave the onsets unclear: fewer are coded better. */
const CUTOFFS = [5500, 4000];
/** A difference in loudness that is made up for, in decibels; by which factor at most, and up to which peak. */
const WORTH_A_GAIN = 0.3;
const MAX_GAIN = 2;
const MAX_PEAK = 0.98;
/** Most of the bytes that the sound may take before the picture would suffer too much. */
const SOUND_PART = 0.8;
/** Least part that the sound may take even if fewer would do: with room to spare it should not be the weaker half. */
const LEAST_SOUND_PART = 0.25;
/** Longer sides of the picture that are tried, in pixels. */
const SIDES = [320, 256, 192, 160, 128, 96, 64];
const MAX_FPS = 15;
const FEW_FPS = 8;
/** A picture coarser than this looks better when it is smaller instead. */
const COARSEST = 38;
const FINEST = 22;
/** Doubling the bytes takes about this much off the rate factor. */
const CRF_PER_DOUBLING = 6;

/**
 * First half of `LinkMedia.linkClip`: the sound. A task of its own, because both halves together would wear a core out
 * (see runner.ts): this one takes at most 41 commands, the other 25.
 */
export async function linkSound(
  session: Session,
  { videoIndex }: Inspection,
  sound: LinkSound,
  { span, maxBytes, onProgress }: LinkClipOptions,
): Promise<HeardSound> {
  if (videoIndex === undefined) throw mediaError('no-video-track');
  onProgress?.('encoding', 0);
  const heard = await chooseSound(session, cutSound(sound, span), maxBytes);
  onProgress?.('encoding', 0.3);
  return heard;
}

/** Second half: the picture that still fits beside the sound. */
export async function linkClip(
  session: Session,
  { info, videoIndex }: Inspection,
  heard: HeardSound,
  { span, maxBytes, onProgress }: LinkClipOptions,
): Promise<LinkClip> {
  if (videoIndex === undefined || info.video === undefined) throw mediaError('no-video-track');
  const { width, height } = info.video;
  const source: PictureSource = { index: videoIndex, span, aspect: width / height, sourceFps: info.video.fps };
  const fits = async (shape: Shape, crf: number) => {
    const picture = await encodePicture(session, source, shape, crf);
    const mp4 = await join(session, picture, heard.m4a);
    return { mp4, bytes: await deflatedSize(mp4), ...shape, crf };
  };
  const longest = Math.max(width, height);
  const sides = SIDES.filter((side) => side <= longest || side === SIDES.at(-1));
  let done = 0;
  for (const [side, fps, coarsest] of [
    ...sides.map((side) => [side, MAX_FPS, COARSEST] as const),
    [64, MAX_FPS, 44] as const,
    [64, FEW_FPS, 50] as const,
  ]) {
    const shape = { ...shapeOf(side, source.aspect), fps: Math.min(fps, info.video.fps || fps) };
    let made = await fits(shape, coarsest);
    onProgress?.('encoding', Math.min(0.95, 0.3 + 0.08 * ++done));
    if (made.bytes > maxBytes) continue;
    made = await refine(made, maxBytes, (crf) => fits(shape, crf));
    onProgress?.('encoding', 1);
    const { mp4, crf } = made;
    return { mp4, ...shape, crf, onsetF1: heard.onsetF1, loudnessOff: heard.loudnessOff };
  }
  throw doesNotFit();
}

/** Spends what is left: at most three more tries at a finer picture, the last that fits wins. */
async function refine<T extends { bytes: number; crf: number }>(
  first: T,
  maxBytes: number,
  encode: (crf: number) => Promise<T>,
): Promise<T> {
  let best = first;
  let tooFine = FINEST - 1;
  for (let k = 0; k < 3; k++) {
    const room = Math.log2(maxBytes / best.bytes) * CRF_PER_DOUBLING;
    const crf = Math.max(tooFine + 1, Math.floor(best.crf - room));
    if (crf >= best.crf) break;
    const made = await encode(crf);
    if (made.bytes <= maxBytes) best = made;
    else tooFine = crf;
  }
  return best;
}

export interface HeardSound {
  readonly m4a: Uint8Array<ArrayBuffer>;
  readonly onsetF1: number;
  readonly loudnessOff: number;
}

/**
 * The least rate at which the coded sound is heard like the given one; the best there is room for otherwise. What low rates
 * leave out of noisy sounds is heard as a loss of loudness, so what is lost is added before coding.
 */
async function chooseSound(session: Session, samples: Float32Array, maxBytes: number): Promise<HeardSound> {
  const original = { onsets: onsetTimes(samples), loudness: integratedLoudness(samples, RATE) };
  const hearAt = async (rate: number, gain: number, cutoff?: number) => {
    const raised = gain === 1 ? samples : samples.map((value) => value * gain);
    const m4a = await encodeSound(session, raised, rate, cutoff);
    const decoded = fitSamples(await decodeSound(session, m4a), samples.length);
    const louder = integratedLoudness(decoded, RATE) - original.loudness;
    return {
      m4a,
      onsetF1: onsetF1(original.onsets, onsetTimes(decoded), 0.05),
      // Of silence nothing can be said.
      louder: Number.isFinite(louder) ? louder : 0,
    };
  };
  const spare = (LEAST_SOUND_PART * maxBytes * 8) / 1000 / (samples.length / RATE);
  const from = Math.min(SOUND_RATES.length - 1, SOUND_RATES.filter((rate) => rate <= spare).length);
  const most = MAX_PEAK / Math.max(peak(samples), 1e-6);
  let best: HeardSound | undefined;
  for (const rate of SOUND_RATES.slice(Math.max(0, from - 1))) {
    let tried = await hearAt(rate, 1);
    let cutoff: number | undefined;
    for (const lower of tried.onsetF1 < GOOD_F1 ? CUTOFFS : []) {
      const narrower = await hearAt(rate, 1, lower);
      if (narrower.onsetF1 > tried.onsetF1) [tried, cutoff] = [narrower, lower];
    }
    const gain = Math.min(most, MAX_GAIN, fromDb(-tried.louder));
    if (Math.abs(tried.louder) > WORTH_A_GAIN && gain > 1) {
      const raised = await hearAt(rate, gain, cutoff);
      if (raised.onsetF1 >= Math.min(tried.onsetF1, GOOD_F1)) tried = raised;
    }
    if (best !== undefined && (await deflatedSize(tried.m4a)) > maxBytes * SOUND_PART) break;
    const { m4a, onsetF1, louder } = tried;
    const heard = { m4a, onsetF1, loudnessOff: Math.abs(louder) };
    if (best === undefined || betterThan(heard, best)) best = heard;
    if (heard.onsetF1 >= GOOD_F1 && heard.loudnessOff <= GOOD_LOUDNESS) break;
  }
  if (best === undefined) throw new RangeError('No rate was tried.');
  return best;
}

function onsetTimes(samples: Float32Array): number[] {
  return detectOnsets(samples, RATE).map(({ time }) => time);
}

/** Whether `a` is worth more bytes than `b`, which the picture will lack: loudness only where that of `b` is not good yet. */
function betterThan(a: HeardSound, b: HeardSound): boolean {
  if (Math.abs(a.onsetF1 - b.onsetF1) > 0.005) return a.onsetF1 > b.onsetF1;
  return b.loudnessOff > GOOD_LOUDNESS && a.loudnessOff < b.loudnessOff;
}

/** The stretch at RATE; what lies beyond the sound is silence. */
function cutSound({ samples, sampleRate }: LinkSound, { start, end }: TimeSpan): LinkSound['samples'] {
  const from = Math.round(start * sampleRate);
  const cut = samples.slice(from, from + sampleCount(end - start, sampleRate));
  return fitSamples(resample(cut, sampleRate, RATE), sampleCount(end - start, RATE));
}

const BARE = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact'];

async function encodeSound(
  session: Session,
  samples: Float32Array,
  rate: number,
  cutoff?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const band = cutoff === undefined ? [] : ['-cutoff', String(cutoff)];
  const copy = samples.slice();
  const pcm = await session.write('tiny.f32', new Uint8Array(copy.buffer));
  const out = session.path('tiny.m4a');
  const { ok, log } = await session.exec([
    ...['-v', 'error', '-f', 'f32le', '-ar', String(RATE), '-ac', '1', '-i', pcm],
    ...['-c:a', 'aac', '-b:a', `${rate}k`, ...band, ...BARE, '-f', 'mp4', out],
  ]);
  const bytes = await session.take(out);
  if (!ok || bytes.length === 0) throw workError(log);
  return bytes;
}

async function decodeSound(session: Session, m4a: Uint8Array<ArrayBuffer>): Promise<Float32Array> {
  const path = await session.write('tiny-check.m4a', m4a.slice());
  const out = session.path('tiny-check.f32');
  const { ok, log } = await session.exec([
    '-v',
    'error',
    '-i',
    path,
    '-ac',
    '1',
    '-ar',
    String(RATE),
    '-f',
    'f32le',
    out,
  ]);
  const bytes = await session.take(out);
  if (!ok) throw workError(log);
  return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
}

interface PictureSource {
  readonly index: number;
  readonly span: TimeSpan;
  readonly aspect: number;
  readonly sourceFps: number;
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** `side` pixels on the longer side, both even. */
function shapeOf(side: number, aspect: number): Omit<Shape, 'fps'> {
  const even = (value: number) => Math.max(16, 2 * Math.round(value / 2));
  return aspect >= 1 ? { width: side, height: even(side / aspect) } : { width: even(side * aspect), height: side };
}

async function encodePicture(
  session: Session,
  source: PictureSource,
  shape: Shape,
  crf: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = session.path('tiny.mp4');
  const { ok, log } = await session.exec([
    ...['-v', 'error', '-i', INPUT, '-map', `0:${source.index}`, '-vf', spanFilter(source, shape)],
    ...['-c:v', 'libx264', '-preset', 'slower', '-crf', String(crf), '-g', '300', '-pix_fmt', 'yuv420p'],
    ...['-x264-params', 'no-info=1', ...BARE, '-an', '-f', 'mp4', out],
  ]);
  const bytes = await session.take(out);
  if (!ok || bytes.length === 0) throw workError(log);
  return bytes;
}

/** The picture on show at the middle of every frame of the span, which then begins at 0; the last one is held. */
export function spanFilter({ span, sourceFps }: PictureSource, { width, height, fps }: Shape): string {
  const repeats = Math.min(500, Math.ceil((2 * sourceFps) / fps) + 1);
  return [
    ...(sourceFps > 0 ? [`tpad=stop=${repeats}:stop_mode=clone`] : []),
    'settb=1/1000000',
    `setpts=PTS-1-${Math.round(span.start * 1e6)}`,
    `fps=fps=${fpsFraction(fps)}:start_time=0:round=near:eof_action=pass`,
    `trim=end_frame=${frameCount(span.end - span.start, fps)}`,
    `scale=${width}:${height}:flags=area+accurate_rnd+full_chroma_int`,
    'setsar=1',
  ].join(',');
}

async function join(
  session: Session,
  picture: Uint8Array<ArrayBuffer>,
  sound: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const [video, audio] = [await session.write('picture.mp4', picture), await session.write('sound.m4a', sound.slice())];
  const out = session.path('joined.mp4');
  const { ok, log } = await session.exec([
    ...['-v', 'error', '-i', video, '-i', audio, '-map', '0:v', '-map', '1:a', '-c', 'copy'],
    ...[...BARE, '-movflags', '+faststart', '-f', 'mp4', out],
  ]);
  const bytes = await session.take(out);
  if (!ok || bytes.length === 0) throw workError(log);
  return bytes;
}

async function deflatedSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return Math.min(bytes.length, (await new Response(stream).arrayBuffer()).byteLength);
}

/** See `LinkMedia.smallFrames`. */
export async function smallFrames(
  session: Session,
  { info, videoIndex }: Inspection,
  { span, ...shape }: SmallFrameOptions,
): Promise<SmallFrames> {
  if (videoIndex === undefined || info.video === undefined) throw mediaError('no-video-track');
  const out = session.path('small.rgb');
  const source = { index: videoIndex, span, aspect: 1, sourceFps: info.video.fps };
  const { ok, log } = await session.exec([
    ...['-v', 'error', '-i', INPUT, '-map', `0:${videoIndex}`, '-vf', spanFilter(source, shape)],
    ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', out],
  ]);
  const rgb = await session.take(out);
  const count = Math.floor(rgb.length / (shape.width * shape.height * 3));
  if (count === 0) throw ok ? mediaError('truncated', undefined, log) : workError(log);
  return { rgb, count };
}

/** No coding gets the clip into a link of the wanted size; told in the words of the share, as of any result. */
function doesNotFit(): AppError {
  return new AppError(
    'link-too-large',
    'This result does not fit into a link of this size.',
    'Choose a larger link, or mark a shorter part.',
    { values: { variant: 'fit' } },
  );
}
