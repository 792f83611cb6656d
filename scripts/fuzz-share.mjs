/** `npm run fuzz:share -- [COUNT] [SEED]`: feeds altered links (default 100,000) to the reader and watches time and memory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './lib/run.mjs';

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number);
/** @type {{ module: typeof import('../src/share/testing/fuzz.ts') }} */
const { module } = await runnerImport(join(ROOT, 'src/share/testing/fuzz.ts'));
const golden = JSON.parse(readFileSync(join(ROOT, 'src/share/testing/golden.json'), 'utf8'));
const seeds = golden.map((/** @type {{ payload: string }} */ { payload }) => payload);

/** Milliseconds of this process, all its threads: what else runs on the machine does not count. */
const clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const MAX_MS = 2000;
const MAX_GROWTH = 64 * 2 ** 20;
const ROUND = 5000;
// The first round brings code and buffers to their usual size.
await module.fuzz(seeds, { count: ROUND, seed: seed + 1_000_000, clock });
const memory = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const before = memory();
let [tried, read, slowest, growth] = [0, 0, 0, 0];
/** @type {Record<string, number>} */
const codes = {};
/** @type {string[]} */
const faults = [];
while (tried < count) {
  const report = await module.fuzz(seeds, { count: Math.min(ROUND, count - tried), seed: seed + tried, clock });
  tried += report.tried;
  read += report.read;
  slowest = Math.max(slowest, report.slowest);
  faults.push(...report.faults);
  for (const [code, times] of Object.entries(report.codes)) codes[code] = (codes[code] ?? 0) + times;
  growth = Math.max(growth, memory() - before);
}
console.log(
  JSON.stringify(
    {
      tried,
      read,
      codes,
      slowestProcessorMs: Math.round(slowest),
      growthMB: +(growth / 2 ** 20).toFixed(1),
      faults: faults.slice(0, 5),
    },
    null,
    2,
  ),
);
process.exit(faults.length > 0 || slowest > MAX_MS || growth > MAX_GROWTH ? 1 : 0);
