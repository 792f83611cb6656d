/**
 * `node scripts/examples.mjs`: makes the finished examples of the start page with the shipped pack, one for each video among
 * the samples, and names them in public/samples/samples.json. Needs ffmpeg. Listen to them before you commit them.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { ROOT, run } from './lib/run.mjs';

const SAMPLES = join(ROOT, 'public/samples');
const LIST = join(SAMPLES, 'samples.json');
/** Bytes: they are part of what is kept for working offline. */
const LARGEST = 80_000;
const SEED = '20';

/** @type {{ file: string, task: 'v2a' | 'a2v', made?: string }[]} */
const samples = JSON.parse(readFileSync(LIST, 'utf8'));
const videos = samples.filter(({ task }) => task === 'v2a');
const out = mkdtempSync(join(tmpdir(), 'examples-'));
try {
  const files = videos.map(({ file }) => join(SAMPLES, file));
  const how = ['--task', 'v2a', '--out', out, '--seed', SEED, '--backend', 'wasm'];
  await run(process.execPath, [join(ROOT, 'scripts/generate.mjs'), ...files, ...how]);
  for (const sample of videos) {
    const { name } = parse(sample.file);
    sample.made = `${name}-made.mp4`;
    const path = join(SAMPLES, sample.made);
    // The picture as it is, the sound small: nobody works on with it.
    const smaller = ['-c:v', 'copy', '-c:a', 'aac', '-b:a', '48k', '-map_metadata', '-1', '-movflags', '+faststart'];
    await run('ffmpeg', ['-v', 'error', '-y', '-i', join(out, `${name}.mp4`), ...smaller, path]);
    const { size } = statSync(path);
    if (size > LARGEST) throw new Error(`${sample.made} has ${size} bytes, more than ${LARGEST}.`);
    console.log(`public/samples/${sample.made} ${Math.round(size / 1000)} kB`);
  }
  writeFileSync(LIST, `${JSON.stringify(samples, undefined, 2)}\n`);
} finally {
  rmSync(out, { recursive: true, force: true });
}
