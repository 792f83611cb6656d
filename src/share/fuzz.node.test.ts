/** Changed links against the reader; `npm run fuzz:share` tries many more. In Node, for its clock of processor time. */
import { expect, test } from 'vitest';
import { fuzz } from './testing/fuzz.ts';
import golden from './testing/golden.json' with { type: 'json' };

/** Milliseconds of this process, all its threads. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

test('thousands of changed links: a share or one of its own errors, soon', async () => {
  const payloads = golden.map(({ payload }) => payload);
  const report = await fuzz(payloads, { count: 3000, seed: 99, clock: processorTime });
  expect(report.faults).toEqual([]);
  expect(report.slowest).toBeLessThan(2000);
  expect(report.read).toBeGreaterThan(5);
  expect(Object.keys(report.codes).sort()).toEqual(
    expect.arrayContaining(['link-damaged', 'link-truncated', 'link-version']),
  );
});
