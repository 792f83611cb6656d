/** The sound follows the hits. What is done to hits themselves lives with the timeline. */
import { selectedTake } from '../../state/services/queries.ts';
import { redirection } from '../../state/generate/redirecting.ts';
import type { StudioState } from '../../state/types.ts';
import type { Command } from './registry.ts';

export const timingCommands: readonly Command[] = [
  {
    id: 'timing.update',
    group: 'timing',
    title: { en: 'Update the sound to the hits', ko: '타격에 맞춰 소리 업데이트' },
    keys: ['U'],
    enabled: (state) => state.job.phase === 'idle' && isBehind(state),
    run(studio) {
      const take = selectedTake(studio.store.getState());
      if (take) void studio.redirect(take.id);
    },
  },
];

type Told = Pick<StudioState, 'takes' | 'selected' | 'timing' | 'pack'>;
let last: { readonly of: Told; readonly behind: boolean } | undefined;

/** Whether the take on the stage was made from other hits than those on the lane. */
export function isBehind(state: StudioState): boolean {
  const { takes, selected, timing, pack } = state;
  // Asked at every change of the state, and worth working out only at these.
  const { of } = last ?? {};
  if (last && of?.takes === takes && of.selected === selected && of.timing === timing && of.pack === pack)
    return last.behind;
  last = { of: { takes, selected, timing, pack }, behind: differs(state) };
  return last.behind;
}

function differs(state: StudioState): boolean {
  const take = selectedTake(state);
  if (take?.media.task !== 'v2a' || take.media.latents === undefined) return false;
  // Where nobody set hits, then or now, the take is as it would be made again.
  if (!state.timing.directed && take.recipe.timing === undefined) return false;
  try {
    return redirection(state, take).spans.length > 0;
  } catch {
    // No pack that can be told, or no hits.
    return false;
  }
}
