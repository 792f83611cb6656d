/** The first take of a run plays when it is ready, unless the person would rather it did not. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Studio } from '../../state/studio.ts';
import type { TakeId } from '../../state/take.ts';
import { recall, remember } from './remembered.ts';
import { useStudio } from './studio-context.ts';

const KEY = 'play-first';

const store = createStore<{ readonly wanted: boolean }>()(() => ({ wanted: recall(KEY) !== 'no' }));

export function usePlayFirst(): boolean {
  return useStore(store, ({ wanted }) => wanted);
}

export function setPlayFirst(wanted: boolean): void {
  store.setState({ wanted });
  remember(KEY, wanted ? 'yes' : 'no');
}

/** Once a page. */
export function usePlayingFirst(): void {
  const studio = useStudio();
  useEffect(() => watch(studio), [studio]);
}

function watch({ store: state, player }: Studio): () => void {
  /** Added a moment ago; next it is put on the stage. */
  let arrived: TakeId | undefined;
  let waiting: TakeId | undefined;
  const play = () => {
    if (waiting === undefined || !player.getState().tracks.includes(waiting)) return;
    waiting = undefined;
    if (!mayPlay() || player.getState().phase === 'playing') return;
    player.seek(0);
    player.play();
  };
  const stops = [
    state.subscribe((now, before) => {
      const { job, takes, selected, shown } = now;
      const first = job.phase === 'running' && job.take === 1;
      if (first && takes.length > before.takes.length) arrived = takes.at(-1)?.id;
      if (selected === before.selected && shown === before.shown) return;
      // What a person chooses meanwhile does not start by itself.
      waiting = shown === 'result' && selected === arrived ? arrived : undefined;
      arrived = undefined;
      play();
    }),
    player.subscribe(play),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Not before a first press, which browsers want for sound; not where motion is unwanted, nobody looks, or a dialog is open. */
function mayPlay(): boolean {
  return (
    store.getState().wanted &&
    navigator.userActivation?.hasBeenActive !== false &&
    document.visibilityState === 'visible' &&
    !window.matchMedia('(prefers-reduced-motion: reduce)').matches &&
    document.querySelector('dialog[open]') === null
  );
}
