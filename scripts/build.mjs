/**
 * `npm run build`: the app for a host, in dist/, compressed as well as it goes. `--largest MiB` for hosts that refuse
 * larger files, see docs/deploy.md.
 */
import { parseArgs } from 'node:util';
import { BEST } from './lib/compress.mjs';
import { build } from './lib/site.mjs';

const { values } = parseArgs({ options: { largest: { type: 'string' } } });
const largest = values.largest === undefined ? Infinity : Number(values.largest) * 2 ** 20;
if (!(largest > 0)) {
  console.error(`--largest must be a number of MiB, not ${values.largest}.`);
  process.exit(2);
}
await build({ force: true, quality: BEST, largest });
