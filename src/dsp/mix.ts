/**
 * What a person hears and exports: the generated sound, shaped, over the original one. The player and the export both
 * render here, so that both are the same samples.
 */
import { fromDb, peak } from './levels.ts';
import { applyGain, CEILING_DBTP, levelTo, type Levelling } from './levelling.ts';
import { limitTogether } from './limiter.ts';
import { resample } from './resample.ts';
import { clipSpan, type TimeSpan } from './span.ts';

/** How a stretch of the generated sound is turned: to its gain throughout, from its gain up to 0 dB, or down to it. */
export type SpanShape = 'level' | 'in' | 'out';

export interface SpanEdit {
  /** On the clock of the mix, wherever the generated sound is nudged to. */
  readonly span: TimeSpan;
  /** Decibels; -Infinity mutes. */
  readonly gain: number;
  /** `level` where it is left out. */
  readonly shape?: SpanShape;
}

/** Everything a person may change about a finished take's sound without generating again. */
export interface Edit {
  /** Seconds by which the generated sound comes later; below 0 earlier. */
  readonly offset: number;
  /** Decibels; -Infinity is off. */
  readonly originalGain: number;
  readonly generatedGain: number;
  /** Seconds over which the take's part of the mix rises at its beginning and falls at its end. */
  readonly fadeIn: number;
  readonly fadeOut: number;
  /** Stretches of the generated sound that are turned down, faded or muted; where some overlap, their gains add up. */
  readonly spans: readonly SpanEdit[];
  /** The loudness that the generated sound is brought to before anything else; as it was generated where it is left out. */
  readonly loudness?: Levelling | undefined;
}

export const defaultEdit: Edit = {
  offset: 0,
  originalGain: -Infinity,
  generatedGain: 0,
  fadeIn: 0,
  fadeOut: 0,
  spans: [],
};

/** Whether two edits do the same. */
export function sameEdit(a: Edit, b: Edit): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** The edit of a take that is heard as it was made: only its loudness is left. */
export function unshaped({ loudness }: Edit): Edit {
  return loudness ? { ...defaultEdit, loudness } : defaultEdit;
}

/** JSON knows no infinity. */
function plain({ offset, originalGain, generatedGain, fadeIn, fadeOut, spans, loudness }: Edit): unknown {
  const parts = spans.map(({ span, gain, shape = 'level' }) => [span.start, span.end, String(gain), shape]);
  return [offset, String(originalGain), String(generatedGain), fadeIn, fadeOut, parts, loudness?.lufs, loudness?.gain];
}

export interface Sound {
  /** One channel or two, equally long, nominal range -1..1; sample 0 is at presentation time 0. */
  readonly channels: readonly Float32Array[];
  readonly sampleRate: number;
}

export interface Mix extends Sound {
  readonly channels: Float32Array[];
  /** Decibels by which the limiter turned the loudest moment down; 0 where it had nothing to do. */
  readonly limitedBy: number;
}

export interface MixParts {
  /** The sound that the source came with. */
  readonly original?: Sound | undefined;
  /** Seconds of it that lie before the mix. */
  readonly originalStart?: number | undefined;
  readonly generated?: Sound | undefined;
  readonly edit: Edit;
  /** Seconds of the mix; shorter parts are followed by silence, longer ones are cut. */
  readonly duration: number;
  /** The part that rises and falls at its ends; the whole mix where it is left out. */
  readonly faded?: TimeSpan | undefined;
  /** Hz of the mix. */
  readonly sampleRate?: number;
}

/** Hz at which mixes are made, and loudness is measured. */
const MIX_RATE = 48_000;
/** A mix whose loudest sample lies below this is silent for a listener, in dBFS. */
const SILENT_DB = -60;
/** Gains above this count as this, in decibels, and samples beyond this are none: both keep sums from overflowing. */
const HIGHEST_DB = 40;
const WILDEST = 1e6;
/** Seconds over which a stretch's gain sets in and lets go, within the stretch: short for an ear, too long for a click. */
const RAMP = 0.008;

/**
 * Mono where all that is heard of is mono, otherwise stereo. No sample exceeds -1 dBFS, and with a levelled sound in it
 * nothing between the samples either (dBTP): mixes of before there was levelling stay what they were. Samples that are no
 * numbers count as silence. Throws RangeError for a duration or an edit that is no number.
 */
export function renderMix(parts: MixParts): Mix {
  const { original, originalStart = 0, generated, edit, duration, faded, sampleRate = MIX_RATE } = parts;
  checkNumbers(edit, duration);
  const count = Math.round(duration * sampleRate);
  const under = edit.originalGain === -Infinity ? undefined : original;
  const over = edit.generatedGain === -Infinity ? undefined : generated && levelled(generated, edit, sampleRate);
  const channelCount = Math.min(2, Math.max(1, under?.channels.length ?? 0, over?.channels.length ?? 0));

  const channels = Array.from({ length: channelCount }, () => new Float32Array(count));
  if (over) {
    addTo(channels, over, sampleRate, toFactor(edit.generatedGain), Math.round(edit.offset * sampleRate));
    for (const spanEdit of edit.spans) shapeSpan(channels, spanEdit, duration, sampleRate);
  }
  if (under) addTo(channels, under, sampleRate, toFactor(edit.originalGain), -Math.round(originalStart * sampleRate));
  fade(channels, edit, sampleRate, faded ?? { start: 0, end: duration });
  const options = { truePeaks: edit.loudness !== undefined };
  const { channels: limited, reduction } = limitTogether(channels, sampleRate, CEILING_DBTP, options);
  return { channels: limited, sampleRate, limitedBy: reduction };
}

/** What brings a generated sound to a loudness; measured on what a mix has of it. */
export function levelSound(sound: Sound, lufs: number): Levelling {
  return levelTo(lufs, atRate(toMono(sound), sound.sampleRate, MIX_RATE), MIX_RATE);
}

/** The sound at its loudness, at the rate of the mix. Kept as long as its source: edits change other things more often. */
function levelled(sound: Sound, { loudness }: Edit, sampleRate: number): Sound {
  const gain = loudness?.gain;
  const [samples] = sound.channels;
  if (gain === undefined || samples === undefined) return sound;
  const key = `${gain} ${sampleRate}`;
  const known = louder.get(samples);
  if (known?.key === key) return known.sound;
  const channels = [applyGain(atRate(samples, sound.sampleRate, sampleRate), sampleRate, Math.min(HIGHEST_DB, gain))];
  const made: Sound = { channels, sampleRate };
  louder.set(samples, { key, sound: made });
  return made;
}

const louder = new WeakMap<Float32Array, { readonly key: string; readonly sound: Sound }>();

/** Whether a listener would hear nothing: a file of it must not be made by accident. */
export function isSilent({ channels }: Sound): boolean {
  return channels.every((samples) => peak(samples) < fromDb(SILENT_DB));
}

/** One channel of any sound: what loudness and onsets are measured on. */
export function toMono({ channels }: Sound): Float32Array {
  const [first = new Float32Array(), second] = channels;
  return second ? first.map((value, i) => (value + (second[i] ?? 0)) / 2) : first;
}

function checkNumbers(edit: Edit, duration: number): void {
  const { offset, originalGain, generatedGain, fadeIn, fadeOut, spans, loudness } = edit;
  const finite = [duration, offset, fadeIn, fadeOut, ...spans.flatMap(({ span }) => [span.start, span.end])];
  const gains = [originalGain, generatedGain, loudness?.gain ?? 0, ...spans.map(({ gain }) => gain)];
  if (!finite.every(Number.isFinite) || !gains.every((gain) => gain < Infinity) || duration < 0) {
    throw new RangeError('A mix needs a duration and an edit that are numbers.');
  }
}

function toFactor(gain: number): number {
  return fromDb(Math.min(HIGHEST_DB, gain));
}

function addTo(out: readonly Float32Array[], sound: Sound, sampleRate: number, gain: number, shift: number): void {
  out.forEach((samples, channel) => {
    const part = sound.channels[channel] ?? sound.channels[0];
    if (!part) return;
    const converted = atRate(part, sound.sampleRate, sampleRate);
    const end = Math.min(samples.length, converted.length + shift);
    for (let i = Math.max(0, shift); i < end; i++) {
      samples[i] = (samples[i] ?? 0) + gain * (converted[i - shift] ?? 0);
    }
  });
}

/** Conversion is most of the work and does not depend on the edit, so it is kept as long as its source. */
const converted = new WeakMap<Float32Array, { readonly key: string; readonly samples: Float32Array }>();

function atRate(samples: Float32Array, from: number, to: number): Float32Array {
  const key = `${from} ${to}`;
  const known = converted.get(samples);
  if (known?.key === key) return known.samples;
  // Neither a comparison with NaN nor one of infinity holds.
  const tame = peak(samples) < WILDEST;
  const clean = tame ? samples : samples.map((value) => (Math.abs(value) < WILDEST ? value : 0));
  const result = from === to ? clean : resample(clean, from, to);
  converted.set(samples, { key, samples: result });
  return result;
}

/** 0 to 1 along half a cosine, without a corner at either end. */
function smooth(share: number): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * Math.max(0, Math.min(1, share)));
}

function shapeSpan(channels: readonly Float32Array[], spanEdit: SpanEdit, duration: number, sampleRate: number): void {
  const { gain, shape = 'level' } = spanEdit;
  const span = clipSpan(spanEdit.span, duration);
  if (!span) return;
  const factor = toFactor(gain);
  // Of the whole stretch, also where the mix shows only a part of it.
  const first = Math.round(spanEdit.span.start * sampleRate);
  const length = Math.max(1, Math.round(spanEdit.span.end * sampleRate) - first);
  const ramp = Math.max(1, Math.min(Math.round(RAMP * sampleRate), length / 2));
  // At the ends of the mix there is nothing to join without a click, and a hit in the first moment must not slip through.
  const opens = spanEdit.span.start > 0;
  const closes = spanEdit.span.end < duration;
  const depth = (i: number) => {
    const setsIn = shape === 'out' ? smooth(i / length) : opens ? smooth(i / ramp) : 1;
    const letsGo = shape === 'in' ? smooth((length - 1 - i) / length) : closes ? smooth((length - 1 - i) / ramp) : 1;
    return setsIn * letsGo;
  };
  const from = Math.max(0, first);
  const to = Math.min(channels[0]?.length ?? 0, first + length);
  for (let i = from; i < to; i++) {
    const turned = 1 + (factor - 1) * depth(i - first);
    for (const samples of channels) samples[i] = (samples[i] ?? 0) * turned;
  }
}

/** Fades that are longer than their part together meet where both have the same share. */
function fade(channels: readonly Float32Array[], { fadeIn, fadeOut }: Edit, sampleRate: number, part: TimeSpan): void {
  const first = Math.max(0, Math.round(part.start * sampleRate));
  const end = Math.min(channels[0]?.length ?? 0, Math.round(part.end * sampleRate));
  const count = Math.max(0, end - first);
  const rise = Math.min(count, Math.round(Math.max(0, fadeIn) * sampleRate));
  const fall = Math.min(count, Math.round(Math.max(0, fadeOut) * sampleRate));
  for (const samples of channels) {
    for (let i = 0; i < rise; i++) samples[first + i] = (samples[first + i] ?? 0) * smooth(i / rise);
    for (let i = 0; i < fall; i++) samples[end - 1 - i] = (samples[end - 1 - i] ?? 0) * smooth(i / fall);
  }
}
