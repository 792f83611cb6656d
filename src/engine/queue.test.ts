import { expect, test } from 'vitest';
import { SerialQueue } from './queue.ts';

const soon = () => new Promise((resolve) => setTimeout(resolve, 1));

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
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a task that throws at once rejects like any other', async () => {
  const queue = new SerialQueue();
  const failing = queue.add(() => {
    throw new Error('at once');
  });
  await expect(failing).rejects.toThrow('at once');
  await expect(queue.add(() => Promise.resolve(1))).resolves.toBe(1);
});
