/** Shaping a finished take: its edit, whether it is starred, and taking all of that back. */
import { unshaped, type Edit } from '../../dsp/mix.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../services/services.ts';
import { takeById } from '../services/queries.ts';
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
  /** Back to how it was made; its loudness stays. */
  resetEdit(id: TakeId): void;
  /** Brings a take's sound to a loudness in LUFS, or back to how it was generated. */
  setLoudness(id: TakeId, lufs: number | undefined): Promise<void>;
  starTake(id: TakeId, starred: boolean): void;
  undo(): void;
  redo(): void;
}

export function createEditing({ get, set, sounds, fail, undo: history }: Services): Editing {
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
    resetEdit(id) {
      const take = takeById(get(), id);
      if (take) change(id, 'edit', unshaped(take.edit), 'reset');
    },
    async setLoudness(id, lufs) {
      const take = takeById(get(), id);
      if (!take) return;
      try {
        const loudness = lufs === undefined ? undefined : await sounds.level(take, lufs);
        // Meanwhile it may have been edited otherwise.
        const now = takeById(get(), id);
        if (now) change(id, 'edit', { ...now.edit, loudness }, 'edit');
      } catch (thrown) {
        fail('generate', AppError.from(thrown));
      }
    },
    starTake: (id, starred) => change(id, 'starred', starred, 'starred'),
    undo: () => void history.undo(),
    redo: () => void history.redo(),
  };
}
