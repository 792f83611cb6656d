/** What a queue keeps, which needs a garbage collector that can be asked. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a queue keeps no result of what has ended', async () => {
  const queue = new SerialQueue();
  const results = Array.from({ length: 3 }, () => queue.add(() => Promise.resolve({ pixels: 1 })));
  const kept = await Promise.all(results.splice(0).map(async (result) => new WeakRef(await result)));
  await queue.idle();
  const isKept = () => {
    collectGarbage();
    return kept.some((result) => result.deref() !== undefined);
  };
  await expect.poll(isKept).toBe(false);
});
