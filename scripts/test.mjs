/**
 * `npm test`: every check of the project on a machine that may have nothing but Node 20, npm, Python 3.11 and root.
 * All steps run, whatever fails; the last line counts them. `--only unit,e2e` runs some.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from './lib/chromium.mjs';
import { installPackages, installPython, installSystemPackages, VENV_PYTHON } from './lib/install.mjs';
import { onPath, ROOT, run } from './lib/run.mjs';
import { build } from './lib/site.mjs';

const TRAINING = { cwd: join(ROOT, 'training') };
const script = (/** @type {string} */ name) => () => run('npm', ['run', '--silent', name]);
const python =
  (/** @type {string[]} */ ...args) =>
  () =>
    run(VENV_PYTHON, ['-m', ...args], TRAINING);

/** @type {Record<string, { needs?: 'python' | 'browser', work: () => Promise<void> }>} */
const STEPS = {
  format: { work: script('check:format') },
  lint: { work: script('check:lint') },
  types: { work: script('check:types') },
  unit: { work: script('test:unit') },
  'python-format': { needs: 'python', work: python('ruff', 'format', '--check', '.') },
  'python-lint': { needs: 'python', work: python('ruff', 'check', '.') },
  'python-types': { needs: 'python', work: python('mypy') },
  'python-tests': { needs: 'python', work: python('pytest', '-q') },
  build: { work: () => build({ force: true }) },
  e2e: { needs: 'browser', work: script('test:e2e') },
};

const steps = chosenSteps();
await installPackages();
const needs = new Set(steps.map((name) => STEPS[name]?.needs));
/** What could not be installed fails the steps that need it, not the others. @type {Map<string, unknown>} */
const lacking = new Map();
if (needs.has('browser')) await attempt('browser', installBrowser);
if (needs.has('python')) await attempt('python', installPython);

/** @type {{ name: string, ok: boolean, seconds: number }[]} */
const results = [];
for (const name of steps) {
  const step = STEPS[name];
  if (!step) continue;
  console.log(`\n=== ${name} ===`);
  const start = performance.now();
  let ok = true;
  try {
    if (step.needs && lacking.has(step.needs)) throw lacking.get(step.needs);
    await step.work();
  } catch (error) {
    ok = false;
    console.error(error instanceof Error ? error.message : error);
  }
  results.push({ name, ok, seconds: (performance.now() - start) / 1000 });
}

console.log('\n=== summary ===');
for (const { name, ok, seconds } of results) {
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(7)} s`);
}
const failed = results.filter(({ ok }) => !ok).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** @param {string} what @param {() => Promise<void>} install */
async function attempt(what, install) {
  try {
    await install();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    lacking.set(what, error);
  }
}

async function installBrowser() {
  const missing = [];
  if (!findChromium()) missing.push('chromium');
  if (!onPath('ffmpeg') || !onPath('ffprobe')) missing.push('ffmpeg');
  await installSystemPackages(missing);
}

function chosenSteps() {
  const names = Object.keys(STEPS);
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' } } });
    const only = values.only?.split(',').map((name) => name.trim());
    const unknown = only?.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`There is no step ${unknown}.`);
    return names.filter((name) => only?.includes(name) ?? true);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nnpm test -- --only ${names.join(',')}`);
    process.exit(2);
  }
}
