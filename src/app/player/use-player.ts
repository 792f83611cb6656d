/** A player's state as a component sees it. The player itself is made once for the page, outside React. */
import { useSyncExternalStore } from 'react';
import type { Player, PlayerState } from '../../player/types.ts';

/** A part of the player's state; the component follows when that part changes. `select` must not make new objects. */
export function usePlayerState<T>(player: Player, select: (state: PlayerState) => T): T {
  return useSyncExternalStore(player.subscribe, () => select(player.getState()));
}
