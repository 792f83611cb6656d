/**
 * One sampler, proven: whole runs that PyTorch made with the tiny pack (`python -m avlink.export.runs`), repeated by the
 * engine on ONNX Runtime. `training/tests/test_runs.py` repeats them in PyTorch. Whoever changes a rule on one side sees
 * it here or there. `RUNS_REPORT=1 npx vitest run src/engine/runs.node.test.ts` prints the largest differences.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { peak, toDb } from '../dsp/levels.ts';
import { directingOf, trackOf } from '../model/directing.ts';
import { manifestSchema, samplerDefaults, task, type Manifest } from '../model/manifest.ts';
import { understand } from '../model/vocabulary.ts';
import { gaussianNoise, STREAMS } from '../sampler/noise.ts';
import { planWindows } from '../sampler/windows.ts';
import { timingToTrack } from '../timing/track.ts';
import { cutIntoWindows } from './clip-timing.ts';
import type { GenerateContext } from './context.ts';
import { loadEngine, type LoadedEngine } from './loader.ts';
import { generate } from './pipeline.ts';
import type { GenerateRequest, SamplerSettings } from './protocol.ts';
import { sample } from './sampling.ts';
import { nodeLoaderDeps } from './testing/node-engine.ts';

const FOLDER = join(import.meta.dirname, '../../e2e/fixtures/packs/tiny');
/** Decibels by which the loudest samples may differ. */
const PEAK_TOLERANCE = 0.02;

const place = z.object({ shape: z.array(z.number()), offset: z.number() });
type Place = z.infer<typeof place>;
const settings = samplerDefaults.extend({ seed: z.number(), prompt: z.string(), negative: z.string() });
const common = z.object({ name: z.string(), duration: z.number(), settings, understood: z.array(z.string()) });
const runSchema = common.extend({ task, given: place, timing: place.nullable(), steps: z.array(place) });
const timing = z.object({
  hits: z.array(z.object({ time: z.number(), strength: z.number() })),
  level: z.array(z.object({ time: z.number(), level: z.number() })),
});
const directedSchema = runSchema.extend({ timing: place, directed: timing });
const trackSchema = z.object({ rate: z.number(), start: z.number(), timing, track: place });
const wholeSchema = common.extend({
  pack: z.object({ seenAbove: z.number(), secondAttempt: manifestSchema.shape.secondAttempt }),
  given: place,
  timing: place,
  attempts: z.array(z.array(place)),
  peak: z.number(),
});
const runsSchema = z.object({
  schema: z.literal(1),
  pack: z.string(),
  tolerance: z.number(),
  noise: z.array(
    z.object({ seed: z.number(), stream: z.enum(['audio', 'video', 'conditioning']), values: z.array(z.number()) }),
  ),
  texts: z.array(z.object({ text: z.string(), words: z.array(z.string()) })),
  runs: z.array(runSchema),
  wholes: z.array(wholeSchema),
  directed: z.array(directedSchema).min(1),
  tracks: z.array(trackSchema).min(1),
});

const read = (file: string) => readFileSync(join(FOLDER, file));
const { pack, tolerance, noise, texts, runs, wholes, directed, tracks } = runsSchema.parse(
  JSON.parse(read('runs.json').toString()) as unknown,
);
const values = new Float32Array(Uint8Array.from(read('runs.bin')).buffer);
const arrayOf = ({ shape, offset }: Place) => values.slice(offset, offset + shape.reduce((a, b) => a * b, 1));

const { signal } = new AbortController();
let engine: LoadedEngine;
beforeAll(async () => {
  engine = await loadEngine(nodeLoaderDeps(FOLDER), { packUrl: '/tiny/', backend: 'wasm' }, signal, () => undefined);
});
afterAll(() => engine.runner.release());

/** |got - expected| / (1e-3 + max |expected|), the largest; NaN or Infinity where something is not there. */
function difference(got: Float32Array | undefined, expected: Place): number {
  const wanted = arrayOf(expected);
  if (got?.length !== wanted.length) return Infinity;
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return wanted.reduce((most, value, i) => {
    const off = Math.abs((got[i] ?? NaN) - value) / (1e-3 + scale);
    return off <= most ? most : off;
  }, 0);
}

/** The largest difference of each step; more or fewer steps than expected differ by Infinity. */
function differences(got: readonly Float32Array[], expected: readonly Place[]): number[] {
  return Array.from({ length: Math.max(got.length, expected.length) }, (_, step) => {
    const wanted = expected[step];
    return wanted ? difference(got[step], wanted) : Infinity;
  });
}

function expectClose(name: string, found: readonly number[]): void {
  if (process.env.RUNS_REPORT) console.log(`${Math.max(...found).toExponential(1)}  ${name}`);
  for (const off of found) expect(off).toBeLessThanOrEqual(tolerance);
}

/** A context that keeps the latents after every step. */
function listening(manifest: Manifest, onDecode?: () => void) {
  const steps: Float32Array[] = [];
  const context: GenerateContext = {
    runner: engine.runner,
    manifest,
    signal,
    onProgress: (progress) => {
      if (progress.kind === 'generate' && progress.stage === 'decode' && progress.step === 0) onDecode?.();
    },
    onLatents: (latents) => steps.push(latents),
  };
  return { context, steps };
}

test('the runs are of this pack', () => {
  expect(createHash('sha256').update(read('manifest.json')).digest('hex')).toBe(pack);
  expect(engine.manifest.timing?.level).toBeDefined();
  expect(engine.manifest.grid.audioLevelChannels).toBe(1);
  expect(engine.manifest.tagger).toBeDefined();
});

test.each(noise)('noise of the seed $seed for $stream', ({ seed, stream, values: expected }) => {
  expect(Object.keys(STREAMS)).toContain(stream);
  const made = gaussianNoise(seed, stream, expected.length);
  expected.forEach((value, i) => expect(made[i]).toBeCloseTo(value, 6));
});

test.each(texts)('“$text” in the words of the model', ({ text, words }) => {
  expect(understand(text, engine.manifest.text)).toEqual(words);
});

describe('from given latents', () => {
  test.each(runs)('$name', async ({ name, task, duration, settings, given, timing, understood, steps }) => {
    const { context, steps: made } = listening(engine.manifest);
    const request = requestOf(task, duration, settings);
    const plan = planWindows(engine.manifest.grid, duration);
    const known = { latents: arrayOf(given), ...(timing ? { timing: arrayOf(timing) } : {}) };
    const result = await sample(context, request, settings, plan, known, undefined);
    expect(result.understood).toEqual(understood);
    expectClose(name, differences(made, steps));
    expect(result.latents).toEqual(made.at(-1));
  });

  test('they cover both tasks, every solver, timing told and withheld, and overlapping windows', () => {
    expect(new Set(runs.map((run) => run.task))).toEqual(new Set(['v2a', 'a2v']));
    expect(new Set(runs.map((run) => run.settings.solver))).toEqual(new Set(['euler', 'midpoint', 'ab2']));
    const { grid } = engine.manifest;
    for (const task of ['v2a', 'a2v'] as const) {
      const long = runs.filter((run) => run.task === task && run.duration > grid.windowSeconds);
      expect(long.length).toBeGreaterThan(0);
    }
    expect(wholes.map(({ attempts }) => attempts.length)).toEqual(expect.arrayContaining([1, 2]));
  });
});

describe('to a timing that a person set', () => {
  const directing = () => {
    const found = directingOf(engine.manifest);
    if (!found) throw new Error('The tiny pack takes no timing.');
    return found;
  };

  test.each(tracks)('hits and levels are told alike (case %#)', ({ rate, start, timing: set, track }) => {
    const told = timingToTrack(set, { rate, start, latents: track.shape[0] ?? 0 }, directing().telling);
    const expected = arrayOf(track);
    expect(told).toHaveLength(expected.length);
    told.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-5));
  });

  test.each(directed)('$name', async ({ name, duration, settings, given, timing: told, understood, steps, ...run }) => {
    const { context, steps: made } = listening(engine.manifest);
    const plan = planWindows(engine.manifest.grid, duration);
    const windows = cutIntoWindows(trackOf(directing(), run.directed, { start: 0, duration }), plan);
    expectClose(`${name}: timing`, [difference(windows, told)]);
    const known = { latents: arrayOf(given), timing: windows, directed: true };
    const result = await sample(context, requestOf('v2a', duration, settings), settings, plan, known, undefined);
    expect(result.understood).toEqual(understood);
    expectClose(name, differences(made, steps));
  });
});

describe('from the picture to the sound', () => {
  test.each(wholes)('$name', async ({ name, duration, settings, pack: own, attempts, understood, peak: loudest }) => {
    const { manifest } = engine;
    if (!manifest.tagger) throw new Error('The tiny pack sees no words.');
    const tagger = { ...manifest.tagger, seenAbove: own.seenAbove };
    /** Steps done when each attempt was decoded. */
    const ends: number[] = [];
    const listener = listening({ ...manifest, tagger, secondAttempt: own.secondAttempt }, () =>
      ends.push(listener.steps.length),
    );
    const result = await generate(listener.context, requestOf('v2a', duration, settings));
    if (result.task !== 'v2a') throw new Error('wrong task');
    expect(ends).toEqual(attempts.map((_, index) => (index + 1) * settings.steps));
    expectClose(name, differences(listener.steps, attempts.flat()));
    expect(result.understood).toEqual(understood);
    expect(Math.abs(toDb(peak(result.samples)) - loudest)).toBeLessThan(PEAK_TOLERANCE);
    const silent = loudest < own.secondAttempt.silentBelow;
    const codes = result.notices.map(({ code }) => code);
    expect(codes).toEqual(attempts.length === 1 ? [] : [silent ? 'still-silent' : 'second-attempt']);
  });
});

/** The picture that `draw_picture` in training/avlink/export/runs.py draws; of sound nothing is needed but its length. */
function requestOf(task: GenerateRequest['task'], duration: number, settings: SamplerSettings): GenerateRequest {
  const { fps, frameSize: size, sampleRate } = engine.manifest.grid;
  if (task === 'a2v') return { task, duration, settings, samples: new Float32Array(Math.round(duration * sampleRate)) };
  const count = Math.ceil(duration * fps);
  const rgb = Uint8Array.from({ length: count * size * size * 3 }, (_, i) => {
    const channel = i % 3;
    const x = Math.floor(i / 3) % size;
    const y = Math.floor(i / 3 / size) % size;
    const frame = Math.floor(i / 3 / size / size);
    return Math.abs(x - ((frame * 3) % size)) < 4 ? 255 : 40 + x + Math.floor(y / 2) + 20 * channel;
  });
  return { task, duration, settings, rgb, count };
}
