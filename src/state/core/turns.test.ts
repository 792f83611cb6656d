import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('turns follow each other, and one that is given up lets nobody overtake', async () => {
  const turns = createTurns();
  const open = new AbortController().signal;
  const log: string[] = [];
  let finish: () => void = () => undefined;
  const first = turns(open, async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    log.push('first');
  });
  const abort = new AbortController();
  const second = turns(abort.signal, () => Promise.resolve(log.push('second')));
  const third = turns(open, () => Promise.resolve(log.push('third')));
  abort.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  expect(log).toEqual([]);
  finish();
  await Promise.all([first, third]);
  expect(log).toEqual(['first', 'third']);
});

test('a turn that fails is followed by the next', async () => {
  const turns = createTurns();
  const open = new AbortController().signal;
  await expect(turns(open, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns(open, () => Promise.resolve(1))).toBe(1);
});
