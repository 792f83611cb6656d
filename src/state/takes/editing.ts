/** Shaping a finished take: its edit, whether it is starred, and taking all of that back. */
import { defaultEdit, type Edit } from '../../dsp/mix.ts';
import type { Core } from '../core/core.ts';
import { takeById } from '../core/queries.ts';
import type { Take, TakeId } from '../take.ts';

/** A movement of the hand: a drag of a slider, say. */
export interface Gesture {
  readonly name: string;
  /** Let go: what comes next is a step of its own. */
  readonly done: boolean;
}

export interface Editing {
  /** Changes parts of a take's edit; changes of one gesture that follow each other are taken back together. */
  editTake(id: TakeId, change: Partial<Edit>, gesture?: Gesture): void;
  resetEdit(id: TakeId): void;
  starTake(id: TakeId, starred: boolean): void;
  undo(): void;
  redo(): void;
}

export function createEditing({ get, set, undo: history }: Core): Editing {
  function replace(id: TakeId, change: Partial<Pick<Take, 'edit' | 'starred'>>): void {
    set({ takes: get().takes.map((take) => (take.id === id ? { ...take, ...change } : take)) });
  }

  function change<K extends 'edit' | 'starred'>(
    id: TakeId,
    part: K,
    to: Take[K],
    label: K | 'reset',
    gesture?: Gesture,
  ) {
    const before = takeById(get(), id)?.[part];
    if (before === undefined || before === to) return;
    history.perform({
      label,
      ...(gesture ? { key: `${id} ${gesture.name}` } : {}),
      redo: () => replace(id, { [part]: to }),
      undo: () => replace(id, { [part]: before }),
    });
    if (gesture?.done) history.seal();
  }

  return {
    editTake(id, edit, gesture) {
      const take = takeById(get(), id);
      if (take) change(id, 'edit', { ...take.edit, ...edit }, 'edit', gesture);
    },
    resetEdit: (id) => change(id, 'edit', defaultEdit, 'reset'),
    starTake: (id, starred) => change(id, 'starred', starred, 'starred'),
    undo: () => void history.undo(),
    redo: () => void history.redo(),
  };
}
