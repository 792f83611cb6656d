/** What a person does with finished takes: pick one, discard one. */
import { dropMedia } from '../services/blobs.ts';
import type { Services } from '../services/services.ts';
import type { TakeId } from '../take.ts';

export interface Takes {
  /** Puts a take on the stage. */
  selectTake(id: TakeId): void;
  /** Takes a take away until it is undone; its neighbour takes its place on the stage. */
  discardTake(id: TakeId): void;
  /** Forgets all takes: their file is no longer open. */
  readonly clearTakes: () => void;
}

interface TakesHooks {
  /** A discarded take of a project can no longer be brought back. */
  readonly onForgotten: (project: string, id: TakeId) => void;
}

export function createTakes({ get, set, blobs, undo }: Services, { onForgotten }: TakesHooks): Takes {
  function remove(id: TakeId): void {
    const { takes, selected, shown } = get();
    const index = takes.findIndex((take) => take.id === id);
    const left = takes.filter((take) => take.id !== id);
    const next = selected === id ? left[Math.min(index, left.length - 1)]?.id : selected;
    set({ takes: left, selected: next, shown: next === undefined ? 'source' : shown });
  }

  return {
    selectTake(id) {
      if (get().takes.some((take) => take.id === id)) set({ selected: id, shown: 'result' });
    },
    discardTake(id) {
      const { takes, project } = get();
      const index = takes.findIndex((take) => take.id === id);
      const gone = takes[index];
      if (!gone) return;
      undo.perform({
        label: 'discard',
        redo: () => remove(id),
        undo() {
          const { takes } = get();
          set({ takes: takes.toSpliced(index, 0, gone), selected: id, shown: 'result' });
        },
        forgotten(inEffect) {
          if (!inEffect) return;
          dropMedia(blobs, gone.media);
          if (project !== undefined) onForgotten(project, id);
        },
      });
    },
    clearTakes() {
      // What was discarded goes with the history that could bring it back.
      undo.clear();
      const { takes } = get();
      set({ takes: [], selected: undefined });
      for (const { media } of takes) dropMedia(blobs, media);
    },
  };
}
