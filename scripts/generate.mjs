/**
 * `npm run generate -- FILES --task v2a|a2v --out DIR`: runs the app itself on a batch of files, without a window. Prints one
 * line of JSON per file to standard output; everything else goes to standard error.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from './lib/install.mjs';
import { build, serve } from './lib/site.mjs';

const USAGE = `npm run generate -- FILES --task v2a|a2v --out DIR

Makes a sound for each video (v2a) or a clip for each sound (a2v) and writes an MP4 to DIR.

  --prompt TEXT, --negative TEXT   what to make and what to avoid
  --seed N                         default: a new seed for every file
  --steps N                        default: what the model recommends
  --guidance X                     how closely to follow the picture (v2a) or the sound (a2v)
  --guidance-text X                how closely to follow the prompt
  --no-eyes                        without a prompt, only the model's own tagger names the picture
  --hits FILE                      makes the sound from these hits: labels, CSV, MIDI, EDL or FCPXML; one video only
  --hits-from picture|sound        makes the sound from the hits of the picture, or of the video's own sound
  --write-hits                     writes the hits of each sound as labels (NAME.hits.txt) to DIR
  --loudness even|as-generated     default: even, all sounds at -20 LUFS unless the prompt says quiet or loud
  --backend webgpu|wasm            default: webgpu on a real GPU, otherwise wasm
  --pack NAME                      a folder in public/models/
  --variant ID                     a variant of the pack; default: the one for the backend
  --timeout SECONDS                per file; default: 1800
  --help                           shows this text`;

const options = readOptions();
await installPackages();
await build();
mkdirSync(options.out, { recursive: true });

// Only now: before the packages are installed there is no Playwright.
const { Batch } = await import('./lib/batch.mjs');
const site = await serve({ port: 0 });
const batch = await Batch.open(site.url, options);
let failed = 0;
try {
  for (const [index, file] of options.files.entries()) {
    const result = await batch.generate(file, outputs()[index] ?? '');
    if (!result.ok) failed += 1;
    console.log(JSON.stringify(result));
  }
} finally {
  await batch.close();
  await site.close();
}
process.exit(failed === 0 ? 0 : 1);

/** Named like the inputs, so that the two can be paired. Inputs of the same name get numbers, and no input is overwritten. */
function outputs() {
  const taken = new Set(options.files.map((file) => resolve(file)));
  return options.files.map((file) => {
    const stem = basename(file, extname(file));
    for (let n = 1; ; n++) {
      const path = resolve(options.out, `${stem}${n === 1 ? '' : `-${n}`}.mp4`);
      if (taken.has(path)) continue;
      taken.add(path);
      return path;
    }
  });
}

function readOptions() {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        task: text,
        out: text,
        prompt: text,
        negative: text,
        seed: text,
        steps: text,
        guidance: text,
        'guidance-text': text,
        hits: text,
        'hits-from': text,
        'write-hits': { type: 'boolean' },
        'no-eyes': { type: 'boolean' },
        loudness: text,
        backend: text,
        pack: text,
        variant: text,
        timeout: text,
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (positionals.length === 0) throw new Error('No files are given.');
    if (values.out === undefined) throw new Error('--out is missing.');
    const hits = values.hits;
    const directed = hits !== undefined || values['hits-from'] !== undefined || values['write-hits'] === true;
    if (hits !== undefined && values['hits-from'] !== undefined)
      throw new Error('Use --hits or --hits-from, not both.');
    if (hits !== undefined && positionals.length > 1) throw new Error('--hits is for one video at a time.');
    if (directed && values.task !== 'v2a') throw new Error('Hits are for sounds: use them with --task v2a.');
    if (hits !== undefined && !existsSync(hits)) throw new Error(`There is no file ${hits}.`);
    const guidanceAv = number(values.guidance, '--guidance', 0, 20);
    const guidanceText = number(values['guidance-text'], '--guidance-text', 0, 20);
    const steps = number(values.steps, '--steps', 1, 200, true);
    return {
      files: positionals,
      out: values.out,
      task: oneOf(values.task, '--task', /** @type {const} */ (['v2a', 'a2v'])),
      backend:
        values.backend === undefined
          ? undefined
          : oneOf(values.backend, '--backend', /** @type {const} */ (['webgpu', 'wasm'])),
      hits,
      hitsFrom:
        values['hits-from'] === undefined
          ? undefined
          : oneOf(values['hits-from'], '--hits-from', /** @type {const} */ (['picture', 'sound'])),
      writeHits: values['write-hits'] ?? false,
      loudness: oneOf(values.loudness ?? 'even', '--loudness', /** @type {const} */ (['even', 'as-generated'])),
      eyes: !(values['no-eyes'] ?? false),
      pack: values.pack,
      variant: values.variant,
      prompt: values.prompt ?? '',
      negative: values.negative ?? '',
      seed: number(values.seed, '--seed', 0, Number.MAX_SAFE_INTEGER, true),
      sampler: {
        ...(steps === undefined ? {} : { steps }),
        ...(guidanceAv === undefined ? {} : { guidanceAv }),
        ...(guidanceText === undefined ? {} : { guidanceText }),
      },
      timeout: number(values.timeout, '--timeout', 1, 86_400) ?? 1800,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

/**
 * @template {string} T
 * @param {string | undefined} value
 * @param {string} name
 * @param {readonly T[]} choices
 * @returns {T}
 */
function oneOf(value, name, choices) {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`${name} must be ${choices.join(' or ')}.`);
  return found;
}

/**
 * @param {string | undefined} text
 * @param {string} name
 * @param {number} min
 * @param {number} max
 */
function number(text, name, min, max, whole = false) {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= min && value <= max) || (whole && !Number.isSafeInteger(value))) {
    throw new Error(`${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not ${text}.`);
  }
  return value;
}
