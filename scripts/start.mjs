/** `npm start`: installs what is missing, builds, serves the app and prints its address. `--port N`, `--host`. */
import { parseArgs } from 'node:util';
import { installPackages } from './lib/install.mjs';
import { build, serve } from './lib/site.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'boolean', default: false } },
});
const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536)) {
  console.error(`--port must be a whole number from 0 to 65535, not ${values.port}.`);
  process.exit(2);
}

await installPackages();
await build();
// A requested port is used or refused; if the default port is taken, the next free one is used.
const site = await serve({
  ...(port === undefined ? {} : { port, strictPort: true }),
  ...(values.host ? { host: true } : {}),
});
console.log(`AV-Link Studio is at ${site.url}`);
for (const url of site.network) console.log(`  On your network: ${url} (browsers offer WebGPU there only over HTTPS)`);
console.log('Press Ctrl+C to stop.');
