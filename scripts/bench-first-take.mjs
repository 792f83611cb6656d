/**
 * `npm run bench:first-take`: from a sample that is pressed to a sound for it, in an empty browser, with the next file, with
 * four takes, and on a second visit. Medians with their spread; where two builds are compared, they take turns in one run and
 * the ratios are of neighbours, so that what else the machine does cancels out.
 *
 *   --rounds N      how often (5)
 *   --pause S       seconds between the open file and Generate (0)
 *   --busy N        so many other programs take processor time meanwhile (0)
 *   --against DIR   another build of the app, to compare with
 *   --query STRING  of the page's address, for example ?backend=webgpu
 */
import { spawn } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureVisits } from './lib/first-take.mjs';
import { installPackages } from './lib/install.mjs';
import { build, serve } from './lib/site.mjs';
import { median, spread } from './lib/statistics.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    pause: { type: 'string', default: '0' },
    busy: { type: 'string', default: '0' },
    against: { type: 'string' },
    query: { type: 'string', default: '' },
  },
});
const [rounds, pause, busy] = [Number(values.rounds), Number(values.pause), Number(values.busy)];
if (!(Number.isInteger(rounds) && rounds > 0 && pause >= 0 && Number.isInteger(busy) && busy >= 0)) {
  console.error('--rounds is a whole number from 1, --busy one from 0, and --pause is in seconds.');
  process.exit(2);
}

await installPackages();
await build();
const sites = [{ name: 'this build', site: await serve({ port: 0 }) }];
if (values.against !== undefined) {
  sites.push({ name: values.against, site: await serve({ port: 0, folder: resolve(values.against) }) });
}
const others = Array.from({ length: busy }, () => spawn(process.execPath, ['-e', 'for (;;);']));
/** @type {Awaited<ReturnType<typeof measureVisits>>[][]} */
const found = sites.map(() => []);
try {
  for (let round = 0; round < rounds; round++) {
    for (const [index, { name, site }] of sites.entries()) {
      const visits = await measureVisits(site, { pause, query: values.query });
      found[index]?.push(visits);
      console.error(`round ${round + 1}, ${name}: first take after ${visits.cold.seconds.toFixed(1)} s`);
    }
  }
} finally {
  for (const other of others) other.kill();
  for (const { site } of sites) await site.close();
}

const load = loadavg()[0]?.toFixed(1);
console.log(
  `${cpus().length} cores, load ${load}, ${rounds} rounds, pause ${pause} s. Seconds: median (least to most).`,
);
for (const [index, { name }] of sites.entries()) {
  const visits = found[index] ?? [];
  console.log(`\n${name}`);
  for (const [label, which] of /** @type {const} */ ([
    ['first visit', 'cold'],
    ['second visit', 'again'],
    ['next file', 'next'],
    ['four takes', 'four'],
  ])) {
    const of = visits.map((visit) => visit[which]);
    const stages = new Set(of.flatMap((visit) => Object.keys(visit.stages)));
    const parts = [...stages].map(
      (stage) => `${stage} ${median(of.map((visit) => visit.stages[stage] ?? 0)).toFixed(2)}`,
    );
    const off = of.flatMap(({ estimate }) => estimate ?? []);
    console.log(
      `${label.padEnd(13)} ${spread(of.map(({ seconds }) => seconds))}; from Generate on ${spread(of.map(({ toTake }) => toTake))}; ` +
        `${median(of.map(({ megabytes }) => megabytes)).toFixed(1)} MB; opening ${median(of.map(({ opened }) => opened)).toFixed(2)}, ${parts.join(', ')}` +
        (off.length > 0 ? `; estimate off by a factor of ${spread(off)}` : ''),
    );
  }
  console.log(`four takes, of the time of one: ${spread(visits.map(({ four, next }) => four.toTake / next.toTake))}`);
}
const [here, there] = found;
if (here && there) {
  console.log(`\nthis build, of the time of ${sites[1]?.name}`);
  for (const which of /** @type {const} */ (['cold', 'again', 'next'])) {
    const ratios = here.map((visit, round) => visit[which].seconds / (there[round]?.[which].seconds ?? NaN));
    console.log(`${which.padEnd(13)} ${spread(ratios)}`);
  }
}
