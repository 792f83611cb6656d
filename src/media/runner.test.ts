import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Runner } from './runner.ts';
import type { Session } from './session.ts';

/** Stands in for the wrapper around the WASM core; what `exec` does is set per test. */
const fake = vi.hoisted(() => ({
  loads: 0,
  terminated: 0,
  exec: (): Promise<number> => Promise.resolve(0),
  /** Says that the core has progressed. */
  progress: (_: { progress: number; time: number }): void => {},
}));

vi.mock('@ffmpeg/ffmpeg', () => ({
  FFFSType: { WORKERFS: 'WORKERFS' },
  FFmpeg: class {
    #reject: ((error: Error) => void) | undefined;
    load = () => Promise.resolve(void fake.loads++);
    on = (event: string, listener: () => void) => {
      if (event === 'progress') fake.progress = listener;
    };
    createDir = () => Promise.resolve(true);
    listDir = () => Promise.resolve([]);
    mount = () => Promise.resolve(true);
    unmount = () => Promise.resolve(true);
    exec = () =>
      new Promise<number>((resolve, reject) => {
        this.#reject = reject;
        fake.exec().then(resolve, reject);
      });
    terminate = () => {
      fake.terminated++;
      this.#reject?.(new Error('called FFmpeg.terminate()'));
    };
  },
}));

const never = new AbortController().signal;
const file = new File(['x'], 'x.mp4');
const exec = (session: Session) => session.exec([]);

describe('Runner', () => {
  beforeEach(() => {
    fake.loads = 0;
    fake.terminated = 0;
    fake.exec = () => Promise.resolve(0);
  });

  it('loads the core once for several tasks', async () => {
    const runner = new Runner();
    const onLoading = vi.fn();
    for (let n = 0; n < 3; n++) await runner.run(never, file, onLoading, exec);
    expect(fake.loads).toBe(1);
    expect(onLoading).toHaveBeenCalledTimes(1);
    runner.dispose();
  });

  it('terminates on abort, reports it, and works again', async () => {
    const runner = new Runner();
    const controller = new AbortController();
    fake.exec = () => new Promise(() => {});
    const running = runner.run(controller.signal, file, () => {}, exec);
    setTimeout(() => controller.abort(), 1);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(fake.terminated).toBe(1);
    fake.exec = () => Promise.resolve(0);
    await expect(runner.run(never, file, () => {}, exec)).resolves.toMatchObject({ ok: true });
    expect(fake.loads).toBe(2);
    runner.dispose();
  });

  it.each([
    ['a trap', () => Promise.reject('RuntimeError: memory access out of bounds')], // eslint-disable-line
    ['a swallowed abort', () => Promise.resolve(-1)],
  ])('renews the core after %s', async (_, crash) => {
    const runner = new Runner();
    fake.exec = crash;
    await expect(runner.run(never, file, () => {}, exec)).rejects.toMatchObject({ code: 'media-crashed' });
    fake.exec = () => Promise.resolve(0);
    await runner.run(never, file, () => {}, exec);
    expect(fake.loads).toBe(2);
    runner.dispose();
  });

  it('renews a worn core between tasks', async () => {
    const runner = new Runner();
    for (let n = 0; n < 100; n++) await runner.run(never, file, () => {}, exec);
    expect(fake.loads).toBeGreaterThan(1);
    expect(fake.loads).toBeLessThan(10);
    runner.dispose();
  });

  it('passes errors of the task on and keeps the core', async () => {
    const runner = new Runner();
    const own = new Error('own');
    await expect(runner.run(never, file, () => {}, () => Promise.reject(own))).rejects.toBe(own); // prettier-ignore
    await runner.run(never, file, () => {}, exec);
    expect(fake.loads).toBe(1);
    runner.dispose();
  });

  it('ends a call that shows no sign of life, says so, and works again', async () => {
    vi.useFakeTimers();
    const runner = new Runner();
    fake.exec = () => new Promise(() => {});
    const running = runner.run(never, file, () => {}, exec);
    const ended = expect(running).rejects.toMatchObject({ code: 'media-crashed', values: { variant: 'stalled' } });
    await vi.advanceTimersByTimeAsync(61_000);
    await ended;
    expect(fake.terminated).toBeGreaterThan(0);
    fake.exec = () => Promise.resolve(0);
    await expect(runner.run(never, file, () => {}, exec)).resolves.toMatchObject({ ok: true });
    expect(fake.loads).toBe(2);
    runner.dispose();
    vi.useRealTimers();
  });

  it('waits for a call as long as it shows signs of life', async () => {
    vi.useFakeTimers();
    const runner = new Runner();
    fake.exec = () => new Promise((resolve) => setTimeout(() => resolve(0), 300_000));
    const beats = setInterval(() => fake.progress({ progress: 0, time: NaN }), 30_000);
    const heard: number[] = [];
    const running = runner.run(never, file, () => {}, (session) => session.exec([], (time) => heard.push(time))); // prettier-ignore
    await vi.advanceTimersByTimeAsync(300_000);
    await expect(running).resolves.toMatchObject({ ok: true });
    expect(heard).toEqual([]);
    clearInterval(beats);
    runner.dispose();
    vi.useRealTimers();
  });

  it('dispose ends the work under way as cancelled', async () => {
    const runner = new Runner();
    fake.exec = () => new Promise(() => {});
    const running = runner.run(never, file, () => {}, exec);
    setTimeout(() => runner.dispose(), 1);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});
