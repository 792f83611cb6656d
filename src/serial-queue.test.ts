import { describe, expect, test } from 'vitest';
import { SerialQueue, untilAborted } from './serial-queue.ts';

const soon = () => new Promise((resolve) => setTimeout(resolve, 1));

/** A promise that is settled from outside. */
function held() {
  let release: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, release: () => release() };
}

describe('SerialQueue', () => {
  test('tasks run one after the other, and a failing one does not disturb the next', async () => {
    const queue = new SerialQueue();
    const events: string[] = [];
    const task = (name: string, fails = false) =>
      queue.add(async () => {
        events.push(`${name} begins`);
        await soon();
        events.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('a task that throws at once rejects like any other', async () => {
    const queue = new SerialQueue();
    const failing = queue.add(() => {
      throw new Error('at once');
    });
    await expect(failing).rejects.toThrow('at once');
    await expect(queue.add(() => Promise.resolve(1))).resolves.toBe(1);
  });

  test('a waiting task that is aborted rejects at once, never starts and lets nobody overtake', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const { promise, release } = held();
    const first = queue.add(async () => {
      await promise;
      log.push('first');
    });
    const abort = new AbortController();
    const second = queue.add(() => Promise.resolve(log.push('second')), abort.signal);
    const third = queue.add(() => Promise.resolve(log.push('third')));
    await soon();
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect(log).toEqual([]);
    release();
    await Promise.all([first, third]);
    expect(log).toEqual(['first', 'third']);
  });

  test('a task that runs ends by itself, whatever its signal says', async () => {
    const { promise, release } = held();
    const abort = new AbortController();
    const running = new SerialQueue().add(async () => (await promise, 'ended'), abort.signal);
    await soon();
    abort.abort();
    release();
    await expect(running).resolves.toBe('ended');
  });

  test('what is aborted already is not begun', async () => {
    let begun = false;
    const task = () => Promise.resolve((begun = true));
    await expect(new SerialQueue().add(task, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun).toBe(false);
  });

  test('is idle when all that was added so far has ended', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const { promise, release } = held();
    const failing = queue.add(() => promise.then(() => Promise.reject(new Error('no'))));
    const idle = queue.idle().then(() => log.push('idle'));
    await soon();
    expect(log).toEqual([]);
    release();
    await expect(failing).rejects.toThrow('no');
    await idle;
    expect(log).toEqual(['idle']);
  });
});

describe('untilAborted', () => {
  test('ends as the work does, or at the abort, without waiting for the work', async () => {
    const { signal } = new AbortController();
    await expect(untilAborted(signal, Promise.resolve(1))).resolves.toBe(1);
    await expect(untilAborted(signal, Promise.reject(new Error('no')))).rejects.toThrow('no');
    const abort = new AbortController();
    const waiting = untilAborted(abort.signal, new Promise(() => undefined));
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});
