import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError, cancelled, type ErrorCode } from '../../errors.ts';
import type { Library } from '../../library/library.ts';
import type { Queue } from '../../library/queue.ts';
import { memoryDevice, newProject, type MemoryDevice } from '../../library/testing/fakes.ts';
import { createBatch } from './batch.ts';
import type { Batch, BatchDeps, BatchId, BatchProgress } from './types.ts';

/** A tab with a batch on it, whose work is done by the test. */
interface Tab {
  readonly batch: Batch;
  readonly library: Library & { crash(): void };
  /** Names of files in the order in which they were begun. */
  readonly log: string[];
  /** Errors by name of the file. */
  readonly failures: Map<string, ErrorCode>;
  /** Files that wait until they are aborted or released. */
  readonly held: Set<string>;
  release(): void;
  report(progress: BatchProgress): void;
  crash(): void;
}

let device: MemoryDevice;
let clock = 0;
const tabs: Tab[] = [];

async function openTab(change: (queue: Queue) => Queue = (queue) => queue): Promise<Tab> {
  const library = await device.open();
  const log: string[] = [];
  const failures = new Map<string, ErrorCode>();
  const held = new Set<string>();
  let report: (progress: BatchProgress) => void = () => undefined;
  let releases: (() => void)[] = [];
  const run: BatchDeps['run'] = async (signal, { file, task, draft }, onProgress) => {
    log.push(file.name);
    report = onProgress;
    clock += 5;
    if (held.has(file.name)) {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(cancelled()), { once: true });
        releases.push(resolve);
      });
    }
    clock += 5;
    const code = failures.get(file.name);
    if (code) throw new AppError(code, `${file.name} is bad.`, 'Take another one.');
    const made = `${await file.text()} ${task ?? 'any'} ${draft.prompt}`;
    return { outputs: [{ name: 'out.mp4', blob: new Blob([made]) }], notices: [NOTICE] };
  };
  const tab: Tab = {
    library,
    log,
    failures,
    held,
    batch: createBatch({ run, queue: change(library.queue), now: () => clock }),
    release() {
      held.clear();
      releases.forEach((release) => release());
      releases = [];
    },
    report: (progress) => report(progress),
    crash() {
      tab.batch.dispose();
      library.crash();
      library.close();
    },
  };
  tabs.push(tab);
  return tab;
}

const NOTICE = { code: 'gpu-emulated', message: 'Noted.' } as const;
const REQUEST = { draft: newProject('').draft };
const files = (...names: string[]) => names.map((name) => new File([`content of ${name}`], name));
const states = ({ batch }: Tab) => batch.store.getState().items.map(({ name, status }) => `${name} ${status.state}`);
const phase = ({ batch }: Tab) => batch.store.getState().phase;
const id = ({ batch }: Tab, name: string): BatchId => {
  const item = batch.store.getState().items.find((item) => item.name === name);
  if (!item) throw new Error(`There is no ${name}.`);
  return item.id;
};
const until = (tab: Tab, wanted: string) => vi.waitFor(() => expect(phase(tab)).toBe(wanted));
const begins = (tab: Tab, name: string) => vi.waitFor(() => expect(tab.log.at(-1)).toBe(name));
const contents = async ({ batch }: Tab) =>
  Promise.all((await batch.collect()).map(async ({ name, blob }) => [name, await blob.text()]));

let tab: Tab;
beforeEach(async () => {
  device = memoryDevice();
  clock = 0;
  tab = await openTab();
});
afterEach(() => tabs.splice(0).forEach(({ batch, library }) => (batch.dispose(), library.close())));

test('files are made one after the other, and a wrong one fails alone with its reason', async () => {
  tab.failures.set('b.txt', 'not-media');
  await tab.batch.add(files('a.mp4', 'b.txt', 'c.mp4'), { ...REQUEST, task: 'v2a' });
  expect(states(tab)).toEqual(['a.mp4 waiting', 'b.txt waiting', 'c.mp4 waiting']);
  tab.batch.start();
  await until(tab, 'idle');
  expect(tab.log).toEqual(['a.mp4', 'b.txt', 'c.mp4']);
  expect(states(tab)).toEqual(['a.mp4 done', 'b.txt failed', 'c.mp4 done']);
  const [first, second] = tab.batch.store.getState().items;
  expect(second?.status).toMatchObject({ error: { code: 'not-media', message: 'b.txt is bad.' } });
  expect(first?.status).toMatchObject({ seconds: 10, kept: true, notices: [NOTICE] });
  expect(tab.batch.store.getState().failure).toBeUndefined();
  expect(await contents(tab)).toEqual([
    ['out.mp4', 'content of a.mp4 v2a wood'],
    ['out (2).mp4', 'content of c.mp4 v2a wood'],
  ]);
  // Of what is done only the results are kept.
  expect([...device.files.stored.values()].map(({ size }) => size).sort((a, b) => a - b)).toEqual([16, 25, 25]);
});

test('what fails for every file pauses the queue instead of failing it through', async () => {
  tab.failures.set('a.mp4', 'pack-network');
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.batch.start();
  await until(tab, 'paused');
  expect(states(tab)).toEqual(['a.mp4 waiting', 'b.mp4 waiting']);
  expect(tab.batch.store.getState().failure?.code).toBe('pack-network');
  tab.failures.clear();
  tab.batch.start();
  await until(tab, 'idle');
  expect(states(tab)).toEqual(['a.mp4 done', 'b.mp4 done']);
  expect(tab.batch.store.getState().failure).toBeUndefined();
});

test('a pause lets the file end; what is added while it runs is made too', async () => {
  tab.held.add('a.mp4');
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.batch.start();
  await begins(tab, 'a.mp4');
  tab.report({ fraction: 0.5, stage: 'sample' });
  expect(tab.batch.store.getState().items[0]?.status).toMatchObject({ progress: { fraction: 0.5, stage: 'sample' } });
  tab.batch.pause();
  expect(phase(tab)).toBe('pausing');
  tab.release();
  await until(tab, 'paused');
  expect(states(tab)).toEqual(['a.mp4 done', 'b.mp4 waiting']);
  tab.held.add('b.mp4');
  tab.batch.start();
  await begins(tab, 'b.mp4');
  await tab.batch.add(files('c.mp4'), REQUEST);
  tab.release();
  await until(tab, 'idle');
  expect(states(tab)).toEqual(['a.mp4 done', 'b.mp4 done', 'c.mp4 done']);
});

test('a start during the last moments of a pause goes on', async () => {
  tab.held.add('a.mp4');
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.batch.start();
  await begins(tab, 'a.mp4');
  tab.batch.pause();
  tab.batch.start();
  tab.release();
  await until(tab, 'idle');
  expect(states(tab)).toEqual(['a.mp4 done', 'b.mp4 done']);
});

test('one file or all are cancelled, and tried again', async () => {
  tab.held.add('a.mp4').add('c.mp4');
  await tab.batch.add(files('a.mp4', 'b.mp4', 'c.mp4', 'd.mp4'), REQUEST);
  tab.batch.start();
  await begins(tab, 'a.mp4');
  await tab.batch.cancel(id(tab, 'd.mp4'));
  await tab.batch.cancel(id(tab, 'a.mp4'));
  await begins(tab, 'c.mp4');
  expect(states(tab)).toEqual(['a.mp4 cancelled', 'b.mp4 done', 'c.mp4 running', 'd.mp4 cancelled']);
  await tab.batch.retry(id(tab, 'd.mp4'));
  expect(states(tab).at(-1)).toBe('d.mp4 waiting');
  await tab.batch.cancelAll();
  await until(tab, 'idle');
  expect(states(tab)).toEqual(['a.mp4 cancelled', 'b.mp4 done', 'c.mp4 cancelled', 'd.mp4 cancelled']);
  tab.held.clear();
  await tab.batch.retry(id(tab, 'a.mp4'));
  await until(tab, 'idle');
  expect(states(tab)[0]).toBe('a.mp4 done');
});

test('all that failed is tried again at once', async () => {
  tab.failures.set('a.mp4', 'internal').set('b.mp4', 'engine-crashed');
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.batch.start();
  await until(tab, 'idle');
  tab.failures.clear();
  await tab.batch.retryFailed();
  await until(tab, 'idle');
  expect(states(tab)).toEqual(['a.mp4 done', 'b.mp4 done']);
});

test('files are taken away, also the one at work, and moved', async () => {
  tab.held.add('b.mp4');
  await tab.batch.add(files('a.mp4', 'b.mp4', 'c.mp4'), REQUEST);
  await tab.batch.move(id(tab, 'b.mp4'), 0);
  await tab.batch.move(id(tab, 'a.mp4'), 99);
  expect(states(tab)).toEqual(['b.mp4 waiting', 'c.mp4 waiting', 'a.mp4 waiting']);
  tab.batch.start();
  await begins(tab, 'b.mp4');
  await tab.batch.remove(id(tab, 'b.mp4'));
  await until(tab, 'idle');
  expect(tab.log).toEqual(['b.mp4', 'c.mp4', 'a.mp4']);
  expect(states(tab)).toEqual(['c.mp4 done', 'a.mp4 done']);
  await tab.batch.clear();
  expect(states(tab)).toEqual([]);
  expect(device.files.stored.size).toBe(0);
});

test('after a crash the queue goes on with what was not finished, in its order', async () => {
  tab.failures.set('bad.mp4', 'truncated');
  tab.held.add('c.mp4');
  await tab.batch.add(files('a.mp4', 'bad.mp4', 'd.mp4', 'c.mp4'), { ...REQUEST, task: 'a2v' });
  await tab.batch.move(id(tab, 'c.mp4'), 2);
  tab.batch.start();
  await begins(tab, 'c.mp4');
  tab.crash();

  const next = await openTab();
  await next.batch.restore();
  await until(next, 'idle');
  expect(next.log).toEqual(['c.mp4', 'd.mp4']);
  expect(states(next)).toEqual(['a.mp4 done', 'bad.mp4 failed', 'c.mp4 done', 'd.mp4 done']);
  expect((await contents(next)).map(([, content]) => content)).toEqual(
    ['a', 'c', 'd'].map((name) => `content of ${name}.mp4 a2v wood`),
  );
  await next.batch.retryFailed();
  await until(next, 'idle');
  expect(states(next)[1]).toBe('bad.mp4 done');
});

test('a queue that was paused, or never begun, waits after a reload', async () => {
  await tab.batch.add(files('a.mp4'), REQUEST);
  tab.crash();
  const next = await openTab();
  await next.batch.restore();
  expect([phase(next), states(next)]).toEqual(['paused', ['a.mp4 waiting']]);
  expect(next.log).toEqual([]);
});

test('a file that takes the page down with it is not begun for ever', async () => {
  tab.held.add('a.mp4');
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.batch.start();
  await begins(tab, 'a.mp4');
  tab.crash();
  for (let visit = 2; visit <= 3; visit++) {
    const next = await openTab();
    next.held.add('a.mp4');
    await next.batch.restore();
    await begins(next, 'a.mp4');
    next.crash();
  }
  const last = await openTab();
  await last.batch.restore();
  await until(last, 'idle');
  expect(states(last)).toEqual(['a.mp4 failed', 'b.mp4 done']);
  expect(last.batch.store.getState().items[0]?.status).toMatchObject({ error: { message: /3 times/ } });
  await last.batch.retry(id(last, 'a.mp4'));
  await until(last, 'idle');
  expect(states(last)[0]).toBe('a.mp4 done');
});

test('a file that could not be kept is asked for after a reload, and only it', async () => {
  device.files.room = 20;
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  expect(tab.batch.store.getState().items.map(({ kept }) => kept)).toEqual([true, false]);
  tab.crash();
  const next = await openTab();
  await next.batch.restore();
  expect(states(next)).toEqual(['a.mp4 waiting', 'b.mp4 needs-file']);
  await next.batch.retry(id(next, 'b.mp4'));
  next.batch.start();
  await until(next, 'idle');
  expect(states(next)).toEqual(['a.mp4 done', 'b.mp4 needs-file']);
  await next.batch.giveFile(id(next, 'b.mp4'), new File(['again'], 'b.mp4'));
  next.batch.start();
  await until(next, 'idle');
  expect((await contents(next)).map(([, content]) => content)).toContain('again any wood');
});

test('a file on the disk is read again once the person allows it', async () => {
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.crash();
  const next = await openTab((queue) => ({
    ...queue,
    // As of a file that a handle leads to.
    findFile: () => Promise.resolve({ missing: 'permission' }),
    allowFile: (wanted) =>
      Promise.resolve(wanted === id(next, 'a.mp4') ? new File(['on the disk'], 'a.mp4') : undefined),
  }));
  await next.batch.restore();
  const statuses = () => next.batch.store.getState().items.map(({ status }) => status);
  expect(statuses()).toEqual([
    { state: 'needs-file', how: 'allow' },
    { state: 'needs-file', how: 'allow' },
  ]);
  expect(await next.batch.allowFile(id(next, 'a.mp4'))).toBe(true);
  expect(await next.batch.allowFile(id(next, 'b.mp4'))).toBe(false);
  expect(statuses()).toEqual([{ state: 'waiting' }, { state: 'needs-file', how: 'choose' }]);
  next.batch.start();
  await until(next, 'idle');
  expect(await contents(next)).toEqual([['out.mp4', 'on the disk any wood']]);
});

test('results for which there is no room stay for this visit, and that is said', async () => {
  await tab.batch.add(files('a.mp4'), REQUEST);
  device.files.room = 20;
  tab.batch.start();
  await until(tab, 'idle');
  expect(tab.batch.store.getState().items[0]?.status).toMatchObject({ state: 'done', kept: false });
  expect(tab.batch.store.getState().failure?.code).toBe('storage-full');
  expect(await contents(tab)).toEqual([['out.mp4', 'content of a.mp4 any wood']]);
});

test('results that the browser has lost are said to be lost', async () => {
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.batch.start();
  await until(tab, 'idle');
  const [name] = device.files.stored.keys();
  if (name !== undefined) device.files.stored.delete(name);
  expect(await contents(tab)).toHaveLength(1);
  expect(tab.batch.store.getState().failure?.code).toBe('library-gone');
});

test('one tab works on the queue; another says so, and takes over when it is gone', async () => {
  tab.held.add('a.mp4');
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  tab.batch.start();
  await begins(tab, 'a.mp4');
  const other = await openTab();
  await other.batch.restore();
  expect(phase(other)).toBe('elsewhere');
  await other.batch.add(files('c.mp4'), REQUEST);
  expect(other.batch.store.getState()).toMatchObject({ items: [], failure: { code: 'batch-elsewhere' } });
  tab.crash();
  await other.batch.restore();
  await until(other, 'idle');
  expect(states(other)).toEqual(['a.mp4 done', 'b.mp4 done']);
});

test('damaged entries of an earlier list are reported once, and the others go on', async () => {
  await tab.batch.add(files('a.mp4', 'b.mp4'), REQUEST);
  const broken = id(tab, 'a.mp4');
  tab.crash();
  const { openDB } = await import('idb');
  const raw = await openDB('test');
  await raw.put('items', { ...((await raw.get('items', broken)) as object), draft: 7 });
  raw.close();
  const next = await openTab();
  await next.batch.restore();
  expect(states(next)).toEqual(['b.mp4 waiting']);
  expect(next.batch.store.getState().failure?.code).toBe('library-unreadable');
  next.crash();
  const last = await openTab();
  await last.batch.restore();
  expect(last.batch.store.getState().failure).toBeUndefined();
});

test('without a library everything works, for this visit', async () => {
  const batch = createBatch({
    queue: undefined,
    run: (_, { file }) => Promise.resolve({ outputs: [{ name: file.name, blob: file }], notices: [] }),
  });
  await batch.restore();
  await batch.add(files('a.mp4', 'a.mp4'), REQUEST);
  batch.start();
  await vi.waitFor(() => expect(batch.store.getState().phase).toBe('idle'));
  expect((await batch.collect()).map(({ name }) => name)).toEqual(['a.mp4', 'a (2).mp4']);
  expect(batch.store.getState().items[0]).toMatchObject({ kept: false, status: { kept: false } });
});
