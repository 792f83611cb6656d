/**
 * The engine in a real browser, without the app: WebGPU (the emulated adapter) against WASM on the same requests, no node
 * of any graph off the GPU, a cancel that takes effect, a marked span made anew, and the benchmark.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { findChromium, SOFTWARE_GPU_ARGS } from '../scripts/lib/chromium.mjs';
import type { Cancelled, Reported, SelfTestReport } from './harness/engine.ts';
import { serveHarness } from './harness/media-page.ts';
import { serveTinyPack, TINY } from './harness/packs.ts';
import { BENCH, LONG, longUnless, note } from './harness/sets.ts';

/** Largest difference between the backends, relative to the largest value: float32 rounding over some hundred layers. */
const PARITY = 1e-3;

let server: ViteDevServer;
let page: Page;

const executablePath = findChromium();
test.use({
  launchOptions: { args: [...SOFTWARE_GPU_ARGS], ...(executablePath === undefined ? {} : { executablePath }) },
});
test.describe.configure({ mode: 'default' });

test.beforeAll(async ({ browser }) => {
  const harness = await serveHarness();
  server = harness.server;
  page = await browser.newPage();
  await serveTinyPack(page);
  await page.goto(new URL('engine.html', harness.url).href);
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => 'engineHarness' in window);
});
test.afterAll(async () => {
  await page.close();
  await server.close();
});

function good<T>(reported: Reported<T>): T {
  if ('error' in reported) throw new Error(`${reported.error.code}: ${reported.error.message}`);
  return reported.value;
}

let wasmReport: SelfTestReport | undefined;

async function selfTest(backend: 'webgpu' | 'wasm'): Promise<SelfTestReport> {
  const report = await page.evaluate(
    (backend) =>
      window.engineHarness.selfTest({
        packUrl: new URL('/models/tiny/', location.href).href,
        backend,
        soundSeconds: 4.5,
        clipSeconds: 0.5,
      }),
    backend,
  );
  return good(report);
}

/** Largest difference relative to the largest value. */
function difference(got: readonly number[], want: readonly number[]): number {
  expect(got.length).toBe(want.length);
  const scale = Math.max(...want.map(Math.abs));
  return Math.max(...got.map((value, i) => Math.abs(value - (want[i] ?? NaN)))) / scale;
}

// In the short set, emulated-webgpu.spec.ts makes a sound on such a GPU.
test('WebGPU runs every node of every graph and computes what WASM computes', LONG, async () => {
  const wasm = (wasmReport = await selfTest('wasm'));
  // The self-test refuses to load if any node would run on the processor.
  const webgpu = await selfTest('webgpu');
  expect(webgpu.info.backend).toBe('webgpu');
  expect(webgpu.info.notices).toEqual([]);
  expect(difference(webgpu.audioLatents, wasm.audioLatents)).toBeLessThan(PARITY);
  expect(difference(webgpu.videoLatents, wasm.videoLatents)).toBeLessThan(PARITY);
  expect(difference(webgpu.samples, wasm.samples)).toBeLessThan(10 * PARITY);
  // A rounding difference may move a byte by one. One assertion for all: there are more than a hundred thousand.
  const apart = webgpu.pixels.map((byte, i) => Math.abs(byte - (wasm.pixels[i] ?? NaN)));
  expect(webgpu.pixels).toHaveLength(wasm.pixels.length);
  expect(apart.filter((distance) => !(distance <= 1))).toEqual([]);
  expect(new Set(webgpu.pixels).size).toBeGreaterThan(10);
});

test('the same seed gives the same numbers again, and a second load asks the network for the manifests alone', async () => {
  const first = wasmReport ?? (await selfTest('wasm'));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url().replace(/.*\//, '')));
  const second = await selfTest('wasm');
  page.removeAllListeners('request');
  expect(asked.filter((file) => /\.(onnx|bin|json)$/.test(file))).toEqual(['manifest.json', 'variants.json']);
  expect(second.audioLatents).toEqual(first.audioLatents);
  expect(second.samples).toEqual(first.samples);
  expect(second.pixels).toEqual(first.pixels);
});

test('an emulated GPU is passed over, and the person is told', async () => {
  const packUrl = new URL('/models/tiny/', page.url()).href;
  const info = good(await page.evaluate((packUrl) => window.engineHarness.load({ packUrl, backend: 'auto' }), packUrl));
  expect(info.backend).toBe('wasm');
  expect(info.notices.map(({ code }) => code)).toEqual(['gpu-emulated']);
});

/** Steps of a sampling that is cancelled near its beginning. */
const STEPS = 2000;

async function cancel(backend: 'webgpu' | 'wasm'): Promise<Cancelled> {
  const request = { packUrl: new URL('/models/tiny/', page.url()).href, backend };
  return good(
    await page.evaluate(([request, steps]) => window.engineHarness.cancelAndRepeat(request, 5, steps), [
      request,
      STEPS,
    ] as const),
  );
}

for (const backend of ['wasm', 'webgpu'] as const) {
  // The emulated GPU is a hundred times slower; that it computes what WASM computes is tested above.
  const details = longUnless(backend === 'wasm');
  test(`a cancel takes effect long before the end, and the engine works on (${backend})`, details, async () => {
    const { code, milliseconds, millisecondsPerStep } = await cancel(backend);
    expect(code).toBe('cancelled');
    // In steps of the same run: how fast the machine is does not matter.
    expect(milliseconds / millisecondsPerStep).toBeLessThan(STEPS / 10);
  });

  test(`a cancel, by the clock (${backend})`, BENCH, async () => {
    note(`from cancel to answer on ${backend}`, (await cancel(backend)).milliseconds, 'ms');
  });
}

test('timing is read by the sync encoder alone, told with words, and only what a moved hit touches is made anew', async () => {
  const { grid } = JSON.parse(readFileSync(join(TINY, 'manifest.json'), 'utf8')) as { grid: Record<string, number> };
  const value = (key: string) => grid[key] ?? NaN;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url().replace(/.*\//, '')));
  const soundSeconds = 4.5;
  const options = {
    packUrl: '/models/tiny/',
    backend: 'wasm',
    soundSeconds,
    audioChannels: value('audioChannels'),
  } as const;
  const report = good(await page.evaluate((options) => window.engineHarness.timing(options), options));
  page.removeAllListeners('request');

  // Nothing is fetched twice, and the sync encoder comes before anything else of the pack.
  const files = asked.filter((file) => /\.(onnx|bin)$/.test(file));
  expect(files.slice(0, 3).sort()).toEqual(['golden.bin', 'sync_encoder.bin', 'sync_encoder.onnx']);
  expect(new Set(files).size).toBe(files.length);

  const latents = report.moved.latents;
  expect(latents).toBeGreaterThanOrEqual(Math.ceil((soundSeconds * value('sampleRate')) / value('samplesPerLatent')));
  expect(report.alone).toHaveLength(2 * latents);
  expect(new Set(report.alone).size).toBeGreaterThan(10);
  expect(report.whole).toEqual(report.alone);

  expect(report.obeyed.changed).toBeGreaterThan(0);
  expect(report.repeated.changed).toBe(0);
  const [span, ...others] = report.spans;
  expect(others).toEqual([]);
  const first = Math.round(((span?.start ?? NaN) * value('sampleRate')) / value('samplesPerLatent'));
  const last = Math.round(((span?.end ?? NaN) * value('sampleRate')) / value('samplesPerLatent')) - 1;
  // From just before the earlier place of the hit to where it has faded at the later one.
  expect(first).toBeLessThan((0.5 * latents) / soundSeconds);
  expect(last).toBeGreaterThan(first + 4);
  expect(report.moved).toMatchObject({ first, last, changed: last - first + 1 });
  expect(report.samples.changed).toBeGreaterThan(0);
  expect(report.samples.first).toBeGreaterThanOrEqual(first * value('samplesPerLatent'));
  expect(report.samples.last).toBeLessThan((last + 1) * value('samplesPerLatent'));
});

for (const backend of ['wasm', 'webgpu'] as const) {
  test(`a span made anew leaves everything else as it was (${backend})`, longUnless(backend === 'wasm'), async () => {
    const { grid } = JSON.parse(readFileSync(join(TINY, 'manifest.json'), 'utf8')) as { grid: Record<string, number> };
    const value = (key: string) => grid[key] ?? NaN;
    const stride = { sound: value('audioChannels'), clip: value('videoLatentSize') ** 2 * value('videoChannels') };
    // Overlapping windows where that takes seconds; the emulated GPU would need minutes.
    const size =
      backend === 'wasm'
        ? { soundSeconds: 4.5, clipSeconds: 1.2, steps: 3 }
        : { soundSeconds: 1.2, clipSeconds: 0.5, steps: 2 };
    const { soundSeconds, clipSeconds, steps } = size;
    const options = { packUrl: '/models/tiny/', backend, ...size, stride };
    const report = good(await page.evaluate((options) => window.engineHarness.regenerate(options), options));
    // The middle half, outward to whole latents.
    const middle = (seconds: number, latent: number) => ({
      first: Math.floor(seconds / 4 / latent),
      last: Math.ceil((seconds * 3) / 4 / latent) - 1,
    });
    const sound = middle(soundSeconds, value('samplesPerLatent') / value('sampleRate'));
    const clip = middle(clipSeconds, value('framesPerLatent') / value('fps'));
    expect(report.sound).toMatchObject({ ...sound, changed: sound.last - sound.first + 1 });
    expect(report.clip).toMatchObject({ ...clip, changed: clip.last - clip.first + 1 });
    expect(report.samples[0]).toBeGreaterThanOrEqual(sound.first * value('samplesPerLatent'));
    expect(report.samples[1]).toBeLessThan((sound.last + 1) * value('samplesPerLatent'));
    // Frames just outside move on to other pictures: the decoder sees them as context.
    const around = value('videoDecoderContext');
    expect(report.frames[0]).toBeGreaterThanOrEqual((clip.first - around) * value('framesPerLatent'));
    expect(report.frames[1]).toBeLessThan((clip.last + 1 + around) * value('framesPerLatent'));
    if (backend === 'wasm') expect(report.previews.length).toBeGreaterThan(0);
    for (const { step, count, colours } of report.previews) {
      expect(step).toBeLessThan(steps);
      expect(count).toBeGreaterThan(0);
      expect(colours).toBeGreaterThan(10);
    }
  });

  test(`the benchmark measures a plausible speed without any pack (${backend})`, async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const speed = good(await page.evaluate((backend) => window.engineHarness.benchmark(backend), backend));
    page.removeAllListeners('request');
    expect(asked.filter((url) => url.includes('/models/'))).toEqual([]);
    expect(speed).toMatchObject({ backend, notices: [] });
    expect(speed.gflops).toBeGreaterThan(0.01);
    expect(speed.gflops).toBeLessThan(10_000);
    expect(speed.threads).toBeGreaterThan(1);
    note(`benchmark on ${backend}, ${speed.seconds.toFixed(1)} s long`, speed.gflops, 'GFLOP/s', 2);
  });
}
