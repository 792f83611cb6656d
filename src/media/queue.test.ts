import { describe, expect, it } from 'vitest';
import { SerialQueue } from './queue.ts';

const never = new AbortController().signal;
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('SerialQueue', () => {
  it('runs one task at a time, in order, and survives failures', async () => {
    const queue = new SerialQueue();
    const events: string[] = [];
    const task =
      (name: string, fail = false) =>
      async () => {
        events.push(`${name} starts`);
        await tick();
        events.push(`${name} ends`);
        if (fail) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      queue.add(never, task('a')),
      queue.add(never, task('b', true)),
      queue.add(never, task('c')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('rejects a waiting task at once on abort and never starts it', async () => {
    const queue = new SerialQueue();
    const controller = new AbortController();
    let release = () => {};
    const first = queue.add(never, () => new Promise<void>((resolve) => (release = resolve)));
    let started = false;
    const second = queue.add(controller.signal, async () => {
      started = true;
      await tick();
    });
    await tick();
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    release();
    await first;
    await queue.add(never, tick);
    expect(started).toBe(false);
  });

  it('rejects what is already aborted', async () => {
    await expect(new SerialQueue().add(AbortSignal.abort(), tick)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
