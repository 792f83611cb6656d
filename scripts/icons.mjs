/** `node scripts/icons.mjs`: draws the icons of the installed app (public/icons/) from public/icon.svg. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { BASE_ARGS, findChromium } from './lib/chromium.mjs';
import { ROOT } from './lib/run.mjs';

const OUT = join(ROOT, 'public/icons');
const svg = readFileSync(join(ROOT, 'public/icon.svg'), 'utf8');
const [, colour] = /<rect[^>]* fill="(#\w+)"/.exec(svg) ?? [];
if (colour === undefined) throw new Error('public/icon.svg has no background to take the colour from.');

/** A maskable icon may be cropped by a tenth on each side: the drawing is smaller, and the background fills the rest. */
const ICONS = [
  { name: 'icon-192', size: 192, drawn: 192, ground: 'transparent' },
  { name: 'icon-512', size: 512, drawn: 512, ground: 'transparent' },
  { name: 'maskable-512', size: 512, drawn: 410, ground: colour },
  // Apple's home screen rounds the corners itself and does not support transparency.
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
