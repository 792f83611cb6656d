import { describe, expect, test } from 'vitest';
import { flowTimes } from './schedule.ts';
import { solve, type Solver } from './solvers.ts';

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
      onStep: (done, all) => {
        steps.push(`${done}/${all}`);
        if (done === 3) abort.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(steps).toEqual(['1/10', '2/10', '3/10']);
    expect(evaluations).toBe(solver === 'midpoint' ? 6 : 3);
  });
});
