/**
 * `npm test`: every check of the project on a machine that may have nothing but Node 20, npm, Python 3.11 and root.
 * All steps run, whatever fails; the last line counts them. The checks of the app and those of training/ run side by side,
 * then the app is built, then the browser has the machine to itself.
 *
 *   npm test -- --only unit        one step, or several: `--only lint,e2e` (`e2e` means `e2e-parallel` and `e2e-serial`)
 *   npm test -- --list             the names of the steps
 *   npm run test:long              what is tagged `long`: full matrices, fuzzing, soaks
 *
 * The whole run trusts no cache; a chosen step uses what earlier ones left. Durations of all tests go to
 * test-results/durations.json.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from './lib/chromium.mjs';
import { fromPlaywright, fromPytest, fromVitest } from './lib/durations.mjs';
import { installPackages, installPython, installSystemPackages, VENV_PYTHON } from './lib/install.mjs';
import { onPath, ROOT, run } from './lib/run.mjs';
import { build } from './lib/site.mjs';

/**
 * Where the output of a step goes, and whether it may use what earlier runs left.
 * @typedef {{ stdio: import('node:child_process').StdioOptions, fresh: boolean }} How
 * @typedef {{ lane?: 'app' | 'training', needs?: 'python' | 'browser', report?: string, work: (how: How) => Promise<void> }} Step
 * @typedef {{ name: string, ok: boolean, seconds: number }} Result
 */

const RESULTS = join(ROOT, 'test-results');
const REPORTS = join(RESULTS, 'reports');
const LOGS = join(RESULTS, 'logs');
const SLOWEST = 10;

const options = readOptions();
const SET = options.long ? 'long' : 'short';

/** @type {(script: string, ...args: string[]) => Step['work']} */
const npm =
  (script, ...args) =>
  ({ stdio }) =>
    run('npm', ['run', '--silent', script, '--', ...args], { stdio, env: { ...process.env, TEST_SET: SET } });

/** A check of files, which remembers what it found good where only that is asked for. @type {(script: string, cache: string) => Step['work']} */
const cached = (script, cache) => (how) => npm(script, ...(how.fresh ? [] : cache.split(' ')))(how);

/** @type {(...args: string[]) => Step['work']} */
const python =
  (...args) =>
  ({ stdio }) =>
    run(VENV_PYTHON, ['-m', ...args], { cwd: join(ROOT, 'training'), stdio });

/** Vitest. @returns {Step} */
function unit() {
  const report = join(REPORTS, `unit-${SET}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return { lane: 'app', report, work: npm('test:unit', '--passWithNoTests', ...reporters) };
}

/** pytest. @returns {Step} */
function pytest() {
  const report = join(REPORTS, `python-${SET}.xml`);
  const marked = options.long ? 'long' : 'not long';
  const work = python('pytest', '-q', '-m', marked, `--junitxml=${report}`);
  return {
    lane: 'training',
    needs: 'python',
    report,
    work: (how) =>
      work(how).catch((/** @type {unknown} */ error) => {
        // Its word for "there is no such test".
        if (!(error instanceof Error && error.message.endsWith('code 5'))) throw error;
      }),
  };
}

/** Playwright, one project. @type {(project: 'parallel' | 'serial') => Step} */
function e2e(project) {
  const report = join(REPORTS, `e2e-${project}-${SET}.json`);
  const env = { ...process.env, TEST_SET: SET, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const args = [`--project=${project}`, '--pass-with-no-tests', '--retries=1', '--reporter=list,json'];
  if (project === 'parallel') args.push('--workers=2');
  return {
    needs: 'browser',
    report,
    work: ({ stdio }) => run('npm', ['run', '--silent', 'test:e2e', '--', ...args], { stdio, env }),
  };
}

/** @type {Record<string, Step>} */
const SHORT = {
  format: { lane: 'app', work: cached('check:format', '--cache --cache-location .cache/prettier') },
  lint: { lane: 'app', work: cached('check:lint', '--cache --cache-strategy content --cache-location .cache/eslint') },
  structure: { lane: 'app', work: npm('check:structure') },
  types: { lane: 'app', work: npm('check:types') },
  unit: unit(),
  'python-format': { lane: 'training', needs: 'python', work: python('ruff', 'format', '--check', '.') },
  'python-lint': { lane: 'training', needs: 'python', work: python('ruff', 'check', '.') },
  'python-types': { lane: 'training', needs: 'python', work: python('mypy') },
  'python-tests': pytest(),
  build: { work: ({ fresh }) => build({ force: fresh }) },
  'e2e-parallel': e2e('parallel'),
  'e2e-serial': e2e('serial'),
};

/** @type {Record<string, Step>} */
const LONG = {
  unit: unit(),
  fuzz: { lane: 'app', work: npm('fuzz:share') },
  'python-tests': pytest(),
  build: { work: () => build() },
  'e2e-parallel': e2e('parallel'),
  'e2e-serial': e2e('serial'),
};

const STEPS = options.long ? LONG : SHORT;
const names = chosenSteps();
const fresh = options.only === undefined && !options.long;
const load = loadavg()[0] ?? 0;

await installPackages();
const needs = new Set(names.map((name) => STEPS[name]?.needs));
/** What could not be installed fails the steps that need it, not the others. @type {Map<string, unknown>} */
const lacking = new Map();
if (needs.has('browser')) await attempt('browser', installBrowser);
if (needs.has('python')) await attempt('python', installPython);
for (const folder of [REPORTS, LOGS]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** @type {Result[]} */
const results = [];
const began = performance.now();
const inLane = (/** @type {string | undefined} */ lane) => names.filter((name) => STEPS[name]?.lane === lane);
const lanes = [inLane('app'), inLane('training')].filter((lane) => lane.length > 0);
await Promise.all(lanes.map((lane) => oneByOne(lane, lanes.length > 1)));
await oneByOne(inLane(undefined), false);
summarize();
process.exit(results.every(({ ok }) => ok) ? 0 : 1);

/**
 * @param {readonly string[]} names
 * @param {boolean} beside whether other steps run at the same time: then the output is shown when a step has ended
 */
async function oneByOne(names, beside) {
  for (const name of names) await perform(name, beside);
}

/** @param {string} name @param {boolean} beside */
async function perform(name, beside) {
  const step = STEPS[name];
  if (!step) return;
  const log = join(LOGS, `${name}.log`);
  const output = beside ? openSync(log, 'w') : undefined;
  console.log(beside ? `... ${name}` : `\n=== ${name} ===`);
  const start = performance.now();
  /** @type {string | undefined} */
  let problem;
  try {
    if (step.needs && lacking.has(step.needs)) throw lacking.get(step.needs);
    await step.work({ stdio: output === undefined ? 'inherit' : ['ignore', output, output], fresh });
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const seconds = Math.round(performance.now() - start) / 1000;
  if (output !== undefined) {
    closeSync(output);
    const title = `${name}${problem === undefined ? '' : ' FAILED'} (${seconds.toFixed(1)} s)`;
    console.log(`\n=== ${title} ===\n${readFileSync(log, 'utf8').trimEnd()}`.trimEnd());
  }
  if (problem !== undefined) console.error(problem);
  results.push({ name, ok: problem === undefined, seconds });
}

function summarize() {
  const tests = names.flatMap(durationsOf).sort((a, b) => b.seconds - a.seconds);
  const seconds = Math.round(performance.now() - began) / 1000;
  const machine = { cores: availableParallelism(), loadBefore: load, loadAfter: loadavg()[0] ?? 0 };
  const file = join(RESULTS, 'durations.json');
  writeFileSync(file, `${JSON.stringify({ set: SET, machine, seconds, steps: results, tests }, null, 1)}\n`);

  console.log('\n=== summary ===');
  const order = Object.keys(STEPS);
  results.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  for (const { name, ok, seconds } of results)
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(7)} s`);
  if (tests.length > 0) console.log(`\nThe slowest of ${tests.length} tests (all are in test-results/durations.json):`);
  for (const { seconds, file, test } of tests.slice(0, SLOWEST))
    console.log(`${seconds.toFixed(1).padStart(7)} s  ${file}  ${test}`);
  const problems = tests.filter(({ problem }) => problem !== undefined);
  for (const { status, file, test, problem } of problems)
    console.log(`\n${status.toUpperCase()}  ${file}  ${test}\n${problem}`);
  const failed = results.filter(({ ok }) => !ok).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed, ${(seconds / 60).toFixed(1)} minutes`);
}

/** @param {string} name */
function durationsOf(name) {
  const report = STEPS[name]?.report;
  if (report === undefined || !existsSync(report)) return [];
  const text = readFileSync(report, 'utf8');
  try {
    if (name.startsWith('e2e')) return fromPlaywright(text);
    return name === 'unit' ? fromVitest(text, ROOT) : fromPytest(text);
  } catch (error) {
    // A report that was cut short costs its durations, not the result of the run.
    console.error(`${report}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

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
  // e2e/deploy.spec.ts runs the build behind them.
  if (options.long && !onPath('nginx')) missing.push('nginx', 'libnginx-mod-http-brotli-static');
  if (options.long && !onPath('caddy')) missing.push('caddy');
  await installSystemPackages(missing);
}

function readOptions() {
  const known = /** @type {const} */ ({
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  });
  try {
    return parseArgs({ options: known }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nnpm test -- --only STEP,STEP | --list`);
    process.exit(2);
  }
}

function chosenSteps() {
  const names = Object.keys(STEPS);
  if (options.list) {
    console.log(names.join('\n'));
    process.exit(0);
  }
  if (options.only === undefined) return names;
  const wanted = options.only.split(',').map((name) => name.trim());
  const matches = (/** @type {string} */ name, /** @type {string} */ wish) =>
    name === wish || name.startsWith(`${wish}-`);
  const unknown = wanted.find((wish) => !names.some((name) => matches(name, wish)));
  if (unknown !== undefined) {
    console.error(`There is no step ${unknown}.\nnpm test -- --only ${names.join(',')}`);
    process.exit(2);
  }
  return names.filter((name) => wanted.some((wish) => matches(name, wish)));
}
