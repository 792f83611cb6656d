/** `node scripts/icons.mjs`: draws the icons of the installed app (public/icons/) from public/icon.svg. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { BASE_ARGS, findChromium } from './lib/chromium.mjs';
import { ROOT } from './lib/run.mjs';

const OUT = join(ROOT, 'public/icons');
const svg = readFileSync(join(ROOT, 'public/icon.svg'), 'utf8');
const [, colour] = /<rect[^>]* fill="(#\w+)"/.exec(svg) ?? [];
if (colour === undefined) throw new Error('public/icon.svg has no ground to take the colour from.');

/** A maskable icon may be cut to any shape inside its outer tenth: the drawing shrinks, the ground fills everything. */
const ICONS = [
  { name: 'icon-192', size: 192, drawn: 192, ground: 'transparent' },
  { name: 'icon-512', size: 512, drawn: 512, ground: 'transparent' },
  { name: 'maskable-512', size: 512, drawn: 410, ground: colour },
  // Apple's home screen rounds the corners itself and knows no transparency.
  { name: 'apple-touch-180', size: 180, drawn: 180, ground: colour },
];

mkdirSync(OUT, { recursive: true });
const executablePath = findChromium();
const browser = await chromium.launch({ args: [...BASE_ARGS], ...(executablePath ? { executablePath } : {}) });
const page = await browser.newPage();
for (const { name, size, drawn, ground } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0;height:100vh;display:grid;place-items:center;background:${ground}}svg{width:${drawn}px}</style>${svg}`,
  );
  await page.screenshot({ path: join(OUT, `${name}.png`), omitBackground: true });
}
await browser.close();
