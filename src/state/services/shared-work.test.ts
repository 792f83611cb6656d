import { expect, test } from 'vitest';
import { cancelled } from '../../errors.ts';
import { shareWork } from './shared-work.ts';

function world() {
  let progress: (value: number) => void = () => undefined;
  let end: (value: string) => void = () => undefined;
  let signal: AbortSignal | undefined;
  const work = shareWork<string, number>((given, onProgress) => {
    [signal, progress] = [given, onProgress];
    return new Promise((resolve, reject) => {
      end = resolve;
      given.addEventListener('abort', () => reject(cancelled()));
    });
  });
  return { work, tell: (value: number) => progress(value), end: () => end('done'), stopped: () => signal?.aborted };
}

const join = ({ work }: ReturnType<typeof world>) => {
  const abort = new AbortController();
  const seen: number[] = [];
  const ended = work.join(abort.signal, (value) => seen.push(value));
  ended.catch(() => undefined);
  return { abort, seen, ended };
};

test('all get the result and the progress, those who come late the last of it', async () => {
  const shared = world();
  const first = join(shared);
  shared.tell(1);
  const second = join(shared);
  shared.tell(2);
  shared.end();
  expect(await Promise.all([first.ended, second.ended])).toEqual(['done', 'done']);
  expect([first.seen, second.seen]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('one who leaves is let go at once, and the work goes on for the other', async () => {
  const shared = world();
  const [first, second] = [join(shared), join(shared)];
  first.abort.abort();
  await expect(first.ended).rejects.toMatchObject({ code: 'cancelled' });
  expect(shared.stopped()).toBe(false);
  shared.tell(1);
  expect(first.seen).toEqual([]);
  shared.end();
  expect(await second.ended).toBe('done');
});

test('when the last one leaves the work is stopped', async () => {
  const shared = world();
  const [first, second] = [join(shared), join(shared)];
  first.abort.abort();
  second.abort.abort();
  await expect(second.ended).rejects.toMatchObject({ code: 'cancelled' });
  expect(shared.stopped()).toBe(true);
  expect(shared.work.abandoned).toBe(true);
});
