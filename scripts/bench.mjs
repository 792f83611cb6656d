/**
 * `npm run bench`: figures by the clock (first paint, a cancel, a filmstrip, a long history ...), printed, not judged: they
 * are the machine's as much as the app's. What it is given goes to Playwright: `npm run bench -- budgets`.
 */
import { join } from 'node:path';
import { installPackages } from './lib/install.mjs';
import { ROOT, run } from './lib/run.mjs';

await installPackages();
const playwright = join(ROOT, 'node_modules/@playwright/test/cli.js');
try {
  await run(process.execPath, [playwright, 'test', '--workers=1', ...process.argv.slice(2)], {
    env: { ...process.env, TEST_SET: 'bench' },
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
