/**
 * What the page's main thread worked, task by task, from the browser's own trace. Every task comes with the time it took
 * and with the processor time that its thread had: on a machine that others use, only the second says what the page did.
 */

import type { Browser, Page } from '@playwright/test';

export interface MainTask {
  /** Milliseconds since the trace began. */
  readonly at: number;
  /** Milliseconds by the clock, and of the processor. */
  readonly wall: number;
  readonly cpu: number;
  /** What ran in it, longest first: `event function@file:line ms`. */
  readonly inside: readonly string[];
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: {
      readonly functionName?: string;
      readonly url?: string;
      readonly columnNumber?: number;
      readonly frames?: readonly { readonly processId?: number; readonly url: string }[];
    };
  };
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', '__metadata'];

/** Runs `work` and gives the tasks of the page's main thread meanwhile, in the order in which they began. */
export async function mainTasks(browser: Browser, page: Page, work: () => Promise<void>): Promise<MainTask[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  let trace: Buffer;
  try {
    await work();
    // The answer to a call leaves the page before the task that made it ends; the next one begins after that.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const origin = new URL(page.url()).origin;
  const frames = traceEvents.flatMap(({ args }) => args?.data?.frames ?? []);
  const pid = frames.find(({ url, processId }) => processId !== undefined && url.startsWith(origin))?.processId;
  const main = traceEvents.find(
    ({ name, pid: of, args }) => name === 'thread_name' && of === pid && args?.name === 'CrRendererMain',
  );
  if (!main) throw new Error('The trace does not name the main thread of the page.');
  const own = traceEvents.filter(({ pid, tid, ph }) => pid === main.pid && tid === main.tid && ph === 'X');
  const tasks = own.filter(({ name }) => name === 'RunTask').sort((a, b) => a.ts - b.ts);
  const began = tasks[0]?.ts ?? 0;
  // One that runs when the trace ends is cut off, and one of a few microseconds may have no processor time to tell.
  const whole = tasks.filter((task): task is TraceEvent & { tdur: number } => task.tdur !== undefined);
  const untold = tasks.filter(({ tdur, dur }) => tdur === undefined && (dur ?? Infinity) >= 1000);
  if (whole.length === 0 || untold.length > 2) throw new Error('The trace does not tell processor time.');
  return whole.map((task) => {
    const end = task.ts + (task.dur ?? 0);
    const inside = task.tdur < 30_000 ? [] : own.filter((e) => e !== task && e.ts >= task.ts && e.ts < end);
    return {
      at: Math.round((task.ts - began) / 1000),
      wall: (task.dur ?? 0) / 1000,
      cpu: task.tdur / 1000,
      inside: inside
        .sort((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0))
        .slice(0, 12)
        .map(describe),
    };
  });
}

function describe({ name, args, tdur = 0 }: TraceEvent): string {
  const { functionName = '', url = '', columnNumber = '' } = args?.data ?? {};
  const where = url === '' ? '' : `@${url.slice(url.lastIndexOf('/') + 1)}:${columnNumber}`;
  return `${name} ${functionName}${where} ${(tdur / 1000).toFixed(0)}`.replace(/\s+/g, ' ');
}
