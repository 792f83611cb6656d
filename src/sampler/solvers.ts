/** Solvers of dx/dt = velocity(x, t) along given times. They know nothing of what x means or where velocities come from. */
import { throwIfAborted } from '../errors.ts';
import type { Constrain } from './inpaint.ts';

/** First order, second order with two evaluations a step, and second order with the step before (Adams-Bashforth). */
export const SOLVERS = ['euler', 'midpoint', 'ab2'] as const;
export type Solver = (typeof SOLVERS)[number];

/** Velocity at flow time t; must not keep or change `x`. */
export type Velocity = (x: Float32Array, t: number) => Promise<Float32Array>;

/** A finished step. */
export interface SolverStep {
  /** Steps done, from 1, and steps in all. */
  readonly done: number;
  readonly steps: number;
  /** The point that was reached; valid until the listener's promise settles, and not to be changed. */
  readonly x: Float32Array;
  /**
   * Where the path would end if it ran straight on from here: x + (1 - t) v, with the constraint at t = 1. A new array,
   * made only when it is asked for; valid until the listener's promise settles.
   */
  readonly estimate: () => Float32Array;
}

export interface SolveOptions {
  readonly solver: Solver;
  /** Start point; left unchanged. */
  readonly x: Float32Array;
  /** Rising flow times; one step between each two. */
  readonly times: ArrayLike<number>;
  readonly velocity: Velocity;
  /** Checked before every evaluation of the velocity; an abort rejects with `cancelled`. */
  readonly signal: AbortSignal;
  /** Holds part of x on a path of its own: applied before every evaluation of the velocity and to the end point. */
  readonly constrain?: Constrain;
  /** Called after every finished step; the next one waits for it. */
  readonly onStep?: (step: SolverStep) => void | Promise<void>;
}

/** Evaluations of the velocity one step costs. */
export function evaluationsPerStep(solver: Solver): number {
  return solver === 'midpoint' ? 2 : 1;
}

/** The point reached at the last of the times. */
export async function solve(options: SolveOptions): Promise<Float32Array> {
  const { solver, times, signal, constrain, onStep } = options;
  const x = options.x.slice();
  const velocity: Velocity = (at, t) => {
    throwIfAborted(signal);
    constrain?.(at, t);
    return options.velocity(at, t);
  };
  const steps = times.length - 1;
  let previous: { v: Float32Array; h: number } | undefined;
  for (let step = 0; step < steps; step++) {
    const t = times[step] ?? 0;
    const next = times[step + 1] ?? 0;
    const h = next - t;
    let v = await velocity(x, t);
    switch (solver) {
      case 'euler':
        addScaled(x, v, h);
        break;
      case 'midpoint': {
        const middle = x.slice();
        addScaled(middle, v, h / 2);
        v = await velocity(middle, t + h / 2);
        addScaled(x, v, h);
        break;
      }
      case 'ab2': {
        // Adams-Bashforth for uneven steps; the first step has no history and is an Euler step.
        const ratio = previous ? h / (2 * previous.h) : 0;
        addScaled(x, v, h * (1 + ratio));
        if (previous) addScaled(x, previous.v, -h * ratio);
        previous = { v, h };
        break;
      }
    }
    const estimate = () => {
      const end = x.slice();
      addScaled(end, v, 1 - next);
      constrain?.(end, 1);
      return end;
    };
    await onStep?.({ done: step + 1, steps, x, estimate });
  }
  throwIfAborted(signal);
  constrain?.(x, times[steps] ?? 1);
  return x;
}

/** x += scale * v, in place. */
function addScaled(x: Float32Array, v: Float32Array, scale: number): void {
  if (v.length !== x.length) throw new RangeError(`A velocity of ${v.length} values for a point of ${x.length}.`);
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) + scale * (v[i] ?? 0);
}
