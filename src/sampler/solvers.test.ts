import { describe, expect, test } from 'vitest';
import { keepLatents } from './inpaint.ts';
import { flowTimes } from './schedule.ts';
import { solve, type Solver, type SolverStep } from './solvers.ts';

const solvers: Solver[] = ['euler', 'midpoint', 'ab2'];
const signal = new AbortController().signal;

describe('schedule', () => {
  test('runs from 0 to 1, rising; shift 1 is even, more lies nearer to noise', () => {
    expect([...flowTimes(4, 1)]).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const shifted = flowTimes(10, 3);
    expect(shifted[0]).toBe(0);
    expect(shifted[10]).toBe(1);
    expect(shifted[5]).toBeCloseTo(0.25, 12);
    for (let i = 1; i < shifted.length; i++) expect(shifted[i]).toBeGreaterThan(shifted[i - 1] ?? 1);
  });
  test('refuses no steps and no shift', () => {
    expect(() => flowTimes(0, 1)).toThrow(RangeError);
    expect(() => flowTimes(2.5, 1)).toThrow(RangeError);
    expect(() => flowTimes(4, 0)).toThrow(RangeError);
  });
});

describe.each(solvers)('%s', (solver) => {
  test('a straight path (rectified flow) is exact in any number of steps', async () => {
    const x = Float32Array.of(0.5, -1, 2);
    const target = [3, 1, -4];
    const velocity = () => Promise.resolve(Float32Array.from(target, (value, i) => value - (x[i] ?? 0)));
    for (const steps of [1, 3, 17]) {
      const end = await solve({ solver, x, times: flowTimes(steps, 2.5), velocity, signal });
      target.forEach((value, i) => expect(end[i]).toBeCloseTo(value, 5));
    }
    expect([...x]).toEqual([0.5, -1, 2]);
  });

  test('the error of dx/dt = -x + 2t falls with the order of the method', async () => {
    const velocity = (x: Float32Array, t: number) => Promise.resolve(x.map((value) => -value + 2 * t));
    // x' = -x + 2t, x(0) = 3: x(t) = 2t - 2 + 5 exp(-t)
    const exact = 5 * Math.exp(-1);
    const error = async (steps: number) => {
      const end = await solve({ solver, x: Float32Array.of(3), times: flowTimes(steps, 1), velocity, signal });
      return Math.abs((end[0] ?? 0) - exact);
    };
    const order = Math.log2((await error(8)) / (await error(16)));
    expect(order).toBeGreaterThan(solver === 'euler' ? 0.9 : 1.7);
    expect(order).toBeLessThan(solver === 'euler' ? 1.2 : 2.5);
  });

  test('second order also holds on uneven steps', async () => {
    if (solver === 'euler') return;
    const velocity = (x: Float32Array, t: number) => Promise.resolve(x.map((value) => -value + 2 * t));
    const error = async (steps: number) => {
      const end = await solve({ solver, x: Float32Array.of(3), times: flowTimes(steps, 3), velocity, signal });
      return Math.abs((end[0] ?? 0) - 5 * Math.exp(-1));
    };
    expect(Math.log2((await error(16)) / (await error(32)))).toBeGreaterThan(1.7);
  });

  test('a constrained part rides its own path, the free part feels nothing of it, and the end is exact', async () => {
    const noise = Float32Array.of(0.5, -1, 2, 0.25);
    const kept = Float32Array.of(0.1, 7, 0.3, -9);
    const constrain = keepLatents(noise, kept, Uint8Array.of(1, 0, 1, 0), 1);
    const velocity = (x: Float32Array, t: number) => {
      for (const i of [1, 3]) expect(x[i]).toBeCloseTo((1 - t) * (noise[i] ?? 0) + t * (kept[i] ?? 0), 6);
      return Promise.resolve(Float32Array.of(t, 100, 1 - (x[2] ?? 0), -100));
    };
    const times = flowTimes(7, 1.5);
    const free = await solve({ solver, x: noise, times, velocity: (x, t) => velocity(pinned(x, t), t), signal });
    const end = await solve({ solver, x: noise, times, velocity, signal, constrain });
    expect([end[1], end[3]]).toEqual([kept[1], kept[3]]);
    expect([end[0], end[2]]).toEqual([free[0], free[2]]);

    /** What the velocity sees of the unconstrained run. */
    function pinned(x: Float32Array, t: number): Float32Array {
      const copy = x.slice();
      constrain(copy, t);
      return copy;
    }
  });

  test('the clean estimate of a straight path is its end, from the first step on, with kept parts as they stay', async () => {
    const x = Float32Array.of(0.5, -1);
    const velocity = () => Promise.resolve(Float32Array.of(2.5, 3));
    const constrain = keepLatents(x, Float32Array.of(0, 5), Uint8Array.of(1, 0), 1);
    const seen: number[][] = [];
    const onStep = ({ estimate }: SolverStep) => void seen.push([...estimate()]);
    await solve({ solver, x, times: flowTimes(4, 2), velocity, signal, constrain, onStep });
    expect(seen).toHaveLength(4);
    for (const [first = NaN, second] of seen) {
      expect(first).toBeCloseTo(3, 5);
      expect(second).toBe(5);
    }
  });

  test('waits for a slow listener before the next step', async () => {
    const order: string[] = [];
    await solve({
      solver: 'euler',
      x: Float32Array.of(0),
      times: flowTimes(2, 1),
      signal,
      velocity: (x, t) => {
        order.push(`v${t}`);
        return Promise.resolve(x);
      },
      onStep: async ({ done }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push(`heard ${done}`);
      },
    });
    expect(order).toEqual(['v0', 'heard 1', 'v0.5', 'heard 2']);
  });

  test('reports every step and stops at once when aborted', async () => {
    const abort = new AbortController();
    const steps: string[] = [];
    let evaluations = 0;
    const run = solve({
      solver,
      x: Float32Array.of(1),
      times: flowTimes(10, 1),
      signal: abort.signal,
      velocity: (x) => {
        evaluations++;
        return Promise.resolve(x);
      },
      onStep: ({ done, steps: all }) => {
        steps.push(`${done}/${all}`);
        if (done === 3) abort.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(steps).toEqual(['1/10', '2/10', '3/10']);
    expect(evaluations).toBe(solver === 'midpoint' ? 6 : 3);
  });
});
