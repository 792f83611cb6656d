/** The progress of the running generation as a whole, told by what this device needed before. */
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { packNeed } from '../../model/bytes-to-fetch.ts';
import { createOverall, USUAL_PACE, type Extent, type Overall, type Pace } from '../../state/generate/overall.ts';
import { samplerChoice } from '../../state/recipe/draft.ts';
import { openSource } from '../../state/services/queries.ts';
import type { Studio } from '../../state/studio.ts';
import type { StudioState } from '../../state/types.ts';
import { recall, remember } from './remembered.ts';
import { useStudio } from './studio-context.ts';

const KEY = 'pace';
const paceSchema = z.record(z.string(), z.number().positive());
/** Milliseconds between two looks at the clock. */
const TICK = 250;

export interface Shown {
  readonly done: number;
  readonly secondsLeft: number | undefined;
}

/** Of the generation that runs while the component is there. */
export function useOverall(): Shown {
  const studio = useStudio();
  const [shown, setShown] = useState<Shown>({ done: 0, secondsLeft: undefined });
  useEffect(() => follow(studio, setShown), [studio]);
  return shown;
}

function follow(studio: Studio, show: (overall: Overall) => void): () => void {
  const { store } = studio;
  const seconds = () => performance.now() / 1000;
  const start = seconds();
  const begun = store.getState();
  let overall = createOverall(recalledPace(), extentOf(studio, begun, 0), start);
  const look = () => {
    const { job } = store.getState();
    if (job.phase !== 'idle') show(overall.update(job, seconds()));
  };
  let wanted = true;
  const { pack } = begun;
  if (pack.phase === 'known') {
    void packNeed(pack.manifest, taskOf(begun)).then(({ missing }) => {
      if (wanted && missing > 0) overall = createOverall(recalledPace(), extentOf(studio, begun, missing), start);
    });
  }
  look();
  const stop = store.subscribe((now, before) => {
    if (now.job !== before.job) look();
  });
  const timer = setInterval(look, TICK);
  return () => {
    wanted = false;
    stop();
    clearInterval(timer);
    const { takes } = store.getState();
    // A stage that was stopped or failed says nothing of how long it takes.
    const ended = takes.length > begun.takes.length ? seconds() : undefined;
    remember(KEY, JSON.stringify(overall.pace(ended)));
  };
}

const taskOf = ({ job, task }: StudioState) => (job.phase === 'idle' ? task : job.task);

function extentOf(studio: Studio, state: StudioState, missingBytes: number): Extent {
  const { job, pack, draft, trim } = state;
  const task = taskOf(state);
  const source = openSource(state);
  const seconds = trim ? trim.end - trim.start : (source?.info.duration ?? 1);
  const known = pack.phase === 'known' ? pack : undefined;
  return {
    task,
    takes: job.phase === 'idle' ? 1 : job.takes,
    windows: Math.max(1, seconds / (known?.manifest.grid.windowSeconds ?? seconds)),
    steps: known ? samplerChoice(known.manifest, task, draft).steps : 8,
    missingBytes,
    prepared: studio.isPrepared(task),
  };
}

function recalledPace(): Pace {
  try {
    const kept = paceSchema.safeParse(JSON.parse(recall(KEY) ?? '{}'));
    return kept.success ? { ...USUAL_PACE, ...kept.data } : USUAL_PACE;
  } catch {
    // Written by another version: it is learned again.
    return USUAL_PACE;
  }
}
