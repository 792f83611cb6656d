import { describe, expect, test } from 'vitest';
import { noChecks } from '../model/checks.ts';
import { AppError } from '../errors.ts';
import { createEngine, type WorkerLike } from './client.ts';
import { createHost, type HostDeps } from './host.ts';
import type { EngineCommand, EngineProgress, EngineReply, LoadRequest, VideoToAudioRequest } from './protocol.ts';
import { createFakeRunner } from './testing/fake-runner.ts';
import { testManifest, testTiming } from '../model/testing/manifest.ts';

const manifest = testManifest({ timing: testTiming });
/** A new one each time: its frames are handed over. */
const request = (): VideoToAudioRequest => ({
  task: 'v2a',
  rgb: new Uint8Array(8 * 48),
  count: 8,
  duration: 1,
  settings: { ...manifest.sampler.v2a, steps: 50, seed: 1, prompt: '', negative: '' },
});
const pack: LoadRequest = { packUrl: '/p/', backend: 'wasm' };
const never = new AbortController().signal;
const ignore = () => undefined;

interface World {
  /** Called before each run of a graph, with how many workers were started before this one. */
  readonly onRun?: (graph: string, worker: number) => void | Promise<void>;
}

/** An engine over real hosts in this thread; messages are copied and arrive later, as between threads. */
function world({ onRun }: World = {}, cancelGrace = 3000) {
  const workers: (WorkerLike & { ended: boolean; commands: EngineCommand[] })[] = [];
  const spawn = () => {
    const index = workers.length;
    let clock = 0;
    const deps: HostDeps = {
      readPackIndex: () => Promise.resolve({ manifest, hash: 'abc', variants: [] }),
      readVariant: () => Promise.reject(new Error('There is none.')),
      loadPack: (_, known) =>
        Promise.resolve({ ...known, files: new Map([['golden.bin', new Uint8Array()]]), notices: [] }),
      probeCapability: () =>
        Promise.resolve({
          gpu: { available: false, code: 'no-webgpu', reason: 'none' },
          crossOriginIsolated: false,
          cores: 1,
          deviceMemory: undefined,
          storage: undefined,
        }),
      openBenchmark: () =>
        Promise.resolve({
          run: async () => {
            await onRun?.('benchmark', index);
            clock += 0.05;
          },
          release: () => Promise.resolve(),
        }),
      checks: noChecks,
      wasmThreads: 3,
      now: () => clock,
      createRunner: () => Promise.resolve(createFakeRunner(manifest, { onRun: (graph) => onRun?.(graph, index) })),
    };
    const receive = createHost(deps, (reply, transfer) => {
      const data = structuredClone(reply, { transfer });
      setTimeout(() => worker.onmessage?.({ data } as MessageEvent<EngineReply>));
    });
    const worker: (typeof workers)[number] = {
      ended: false,
      commands: [],
      postMessage: (command, transfer) => {
        const data = structuredClone(command, { transfer });
        worker.commands.push(data);
        setTimeout(() => receive(data));
      },
      terminate: () => (worker.ended = true),
      onmessage: null,
      onerror: null,
      onmessageerror: null,
    };
    workers.push(worker);
    return worker;
  };
  return { engine: createEngine({ spawn, cancelGrace }), workers };
}

test('load, then generate any number of times; what is given is handed over', async () => {
  const { engine, workers } = world();
  const info = await engine.load(never, pack, ignore);
  expect(info).toMatchObject({ pack: 'test', backend: 'wasm', notices: [] });
  const progress: EngineProgress[] = [];
  const given = request();
  const first = await engine.generate(never, given, (p) => progress.push(p));
  expect(progress.at(-1)).toMatchObject({ kind: 'generate', stage: 'decode' });
  expect(given.rgb).toHaveLength(0);
  const second = await engine.generate(never, request(), ignore);
  if (first.task !== 'v2a' || second.task !== 'v2a') throw new Error('wrong task');
  expect(second.samples).toEqual(first.samples);
  expect(workers).toHaveLength(1);
});

test('errors keep code, message, remedy and stack', async () => {
  const { engine } = world({
    onRun: (graph) => {
      if (graph === 'fusion-0') throw new AppError('golden-failed', 'Off.', 'Mend it.');
    },
  });
  await engine.load(never, pack, ignore);
  const error: unknown = await engine.generate(never, request(), ignore).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'AppError', code: 'golden-failed', message: 'Off.', remedy: 'Mend it.' });
  expect((error as Error).stack).toContain('client.test.ts');
});

test('without a loaded pack there is nothing to generate with', async () => {
  await expect(world().engine.generate(never, request(), ignore)).rejects.toMatchObject({ code: 'internal' });
});

describe('cancel', () => {
  test('stops the worker between runs, and it stays', async () => {
    const { engine, workers } = world();
    await engine.load(never, pack, ignore);
    const abort = new AbortController();
    let steps = 0;
    const run = engine.generate(abort.signal, request(), (p) => {
      if (p.kind === 'generate' && p.stage === 'sample') steps = p.step;
      if (steps === 3) abort.abort();
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(steps).toBe(3);
    await engine.generate(never, request(), ignore);
    expect(workers.map((worker) => worker.ended)).toEqual([false]);
  });

  test('of a waiting call leaves the running one alone', async () => {
    const { engine, workers } = world({}, 50);
    await engine.load(never, pack, ignore);
    const abort = new AbortController();
    const running = engine.generate(never, { ...request(), settings: { ...request().settings, steps: 300 } }, ignore);
    const waiting = engine.generate(abort.signal, request(), ignore);
    setTimeout(() => abort.abort(), 10);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(running).resolves.toMatchObject({ task: 'v2a' });
    expect(workers.map((worker) => worker.ended)).toEqual([false]);
  });

  test('before the call: nothing is started', async () => {
    const { engine, workers } = world();
    await expect(engine.load(AbortSignal.abort(), pack, ignore)).rejects.toMatchObject({ code: 'cancelled' });
    expect(workers).toHaveLength(0);
  });

  test('of a load: the next load works', async () => {
    const { engine } = world();
    const abort = new AbortController();
    const loading = engine.load(abort.signal, pack, () => abort.abort());
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
    await engine.load(never, pack, ignore);
    await engine.generate(never, request(), ignore);
  });

  test('a worker that hangs is ended; the next call brings up another with the same pack', async () => {
    const hang = new Promise<void>(() => undefined);
    const abort = new AbortController();
    const onRun = (graph: string, worker: number) => {
      if (worker !== 0 || graph !== 'fusion-1') return undefined;
      setTimeout(() => abort.abort());
      return hang;
    };
    const { engine, workers } = world({ onRun }, 30);
    await engine.load(never, pack, ignore);
    const stuck = engine.generate(abort.signal, request(), ignore);
    await expect(stuck).rejects.toMatchObject({ code: 'cancelled' });
    expect(workers.map((worker) => worker.ended)).toEqual([true]);
    const progress: EngineProgress[] = [];
    await engine.generate(never, request(), (p) => progress.push(p));
    expect(workers.map((worker) => worker.ended)).toEqual([true, false]);
    expect(progress[0]).toMatchObject({ kind: 'prepare' });
  });
});

describe('crashes', () => {
  test('of the worker reject what waits; the next call starts anew', async () => {
    const { engine, workers } = world();
    await engine.load(never, pack, ignore);
    const run = engine.generate(never, request(), ignore);
    setTimeout(() => workers[0]?.onerror?.({ message: 'unreachable executed' } as ErrorEvent));
    await expect(run).rejects.toMatchObject({ code: 'engine-crashed' });
    expect(workers[0]?.ended).toBe(true);
    await expect(engine.generate(never, request(), ignore)).resolves.toMatchObject({ task: 'v2a' });
    expect(workers).toHaveLength(2);
  });

  test.each(['device-lost', 'out-of-memory'] as const)('%s: the worker is replaced', async (code) => {
    const { engine, workers } = world({
      onRun: (graph, worker) => {
        if (worker === 0 && graph === 'audio-0') throw new AppError(code, 'Gone.');
      },
    });
    await engine.load(never, pack, ignore);
    await expect(engine.generate(never, request(), ignore)).rejects.toMatchObject({ code });
    await engine.generate(never, request(), ignore);
    expect(workers.map((worker) => worker.ended)).toEqual([true, false]);
  });
});

test('dispose ends the worker and whatever waits', async () => {
  const { engine, workers } = world();
  await engine.load(never, pack, ignore);
  const run = engine.generate(never, request(), ignore);
  engine.dispose();
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(workers[0]?.ended).toBe(true);
  await expect(engine.load(never, pack, ignore)).rejects.toMatchObject({ code: 'internal' });
});

test('the benchmark needs no pack, waits for its turn, and can be cancelled', async () => {
  const abort = new AbortController();
  const order: string[] = [];
  const { engine, workers } = world({ onRun: (graph) => void order.push(graph) });
  const speed = await engine.benchmark(never);
  expect(speed).toMatchObject({ backend: 'wasm', threads: 3 });
  expect(speed.gflops).toBeGreaterThan(0);
  await engine.load(never, pack, ignore);
  order.length = 0;
  await Promise.all([engine.generate(never, request(), ignore), engine.benchmark(never, { backend: 'wasm' })]);
  const first = order.indexOf('benchmark');
  expect(order.slice(first).every((graph) => graph === 'benchmark')).toBe(true);
  const cancelled = engine.benchmark(abort.signal, { backend: 'auto' });
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect((await engine.generate(never, request(), ignore)).task).toBe('v2a');
  expect(workers).toHaveLength(1);
});

test('latents and previews arrive whole, and what was kept stays with the caller', async () => {
  const { engine } = world();
  await engine.load(never, pack, ignore);
  const settings = { ...request().settings, steps: 4 };
  const clip = () => ({ task: 'a2v', samples: new Float32Array(160).fill(0.25), duration: 1, settings }) as const;
  const { latents } = await engine.generate(never, clip(), ignore);
  expect(latents.length).toBe(4 * 2 * 2 * 3);
  const seen: EngineProgress[] = [];
  const keep = { latents, spans: [{ start: 0, end: 0.5 }] };
  const again = await engine.generate(never, { ...clip(), keep, previewEvery: 2 }, (p) => {
    if (p.kind === 'preview') seen.push(p);
  });
  expect(seen).toEqual([expect.objectContaining({ task: 'a2v', step: 2, steps: 4, size: 8 })]);
  expect(latents.length).toBe(4 * 2 * 2 * 3);
  expect(again.latents.slice(24)).toEqual(latents.slice(24));
});

describe('the timing of a picture', () => {
  const picture = () => ({ rgb: request().rgb, count: 8, duration: 1 });

  test('is read, with progress, and the picture stays with the caller', async () => {
    const { engine } = world();
    await engine.load(never, { ...pack, part: 'timing' }, ignore);
    const given = picture();
    const progress: EngineProgress[] = [];
    const track = await engine.readTiming(never, given, (p) => progress.push(p));
    expect(track).toHaveLength(16);
    expect(track[0]).toBeCloseTo(-1, 5);
    expect(given.rgb).toHaveLength(8 * 48);
    expect(progress.at(-1)).toEqual({ kind: 'generate', stage: 'encode', step: 1, steps: 1 });
  });

  test('can be cancelled, and is read again after a crash', async () => {
    const { engine, workers } = world();
    await engine.load(never, pack, ignore);
    const abort = new AbortController();
    const reading = engine.readTiming(abort.signal, picture(), () => abort.abort());
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    const lost = engine.readTiming(never, picture());
    setTimeout(() => workers[0]?.onerror?.({ message: 'unreachable executed' } as ErrorEvent));
    await expect(lost).rejects.toMatchObject({ code: 'engine-crashed' });
    expect(await engine.readTiming(never, picture())).toHaveLength(16);
    expect(workers).toHaveLength(2);
  });
});
