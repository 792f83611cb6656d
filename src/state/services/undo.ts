/** Undo and redo of reversible changes: a bounded history, and a store of what can be undone for menus and keys. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Change<L = string> {
  /** What was done, in a way that the interface can name it. */
  readonly label: L;
  /** Puts the state back to before the change. Called only when the change is in effect. */
  undo(): void;
  /** Makes the change again. Called only when it is not in effect. */
  redo(): void;
  /**
   * Changes that follow each other with the same key within a moment are one: a slider's way is undone in one step.
   * Left out: a step of its own.
   */
  readonly key?: string;
  /**
   * The history has forgotten the change, so nothing will be undone or redone any more: what was kept for that may be
   * freed. `inEffect` tells whether the change stands (a discarded take's files can go) or was undone (what it had
   * added can go).
   */
  forgotten?(inEffect: boolean): void;
}

/** What the history keeps of a change, or of several that are one movement. */
export interface Step<L = string> {
  readonly label: L;
  readonly key: string | undefined;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Of every change in it, the last first. */
  readonly listeners: Listeners | undefined;
}

/** A list that grows by one in no time, however long a movement is. */
interface Listeners {
  readonly forgotten: (inEffect: boolean) => void;
  readonly earlier: Listeners | undefined;
}

export interface History<L = string> {
  /** Oldest first. */
  readonly past: readonly Step<L>[];
  /** Next to be redone last. */
  readonly future: readonly Step<L>[];
}

export const emptyHistory = { past: [], future: [] } as const;

/** A step that the history has forgotten, and whether it was in effect. */
export interface Forgotten<L = string> {
  readonly step: Step<L>;
  readonly inEffect: boolean;
}

export function stepOf<L>(change: Change<L>, earlier?: Listeners): Step<L> {
  return {
    label: change.label,
    key: change.key,
    undo: () => change.undo(),
    redo: () => change.redo(),
    listeners: change.forgotten ? { forgotten: (inEffect) => change.forgotten?.(inEffect), earlier } : earlier,
  };
}

/**
 * Adds a change that has just been made. What was undone before it can no longer be redone, and beyond `limit` the oldest
 * is forgotten. Pure.
 *
 * @param merge whether the last step may be the same movement
 */
export function pushed<L>(
  { past, future }: History<L>,
  change: Change<L>,
  limit: number,
  merge = false,
): { readonly history: History<L>; readonly forgotten: readonly Forgotten<L>[] } {
  const last = past.at(-1);
  const joins = merge && future.length === 0 && last?.key !== undefined && last.key === change.key;
  const all = joins
    ? [...past.slice(0, -1), { ...stepOf(change, last.listeners), undo: last.undo }]
    : [...past, stepOf(change)];
  const over = Math.max(0, all.length - limit);
  return {
    history: { past: all.slice(over), future: [] },
    forgotten: [
      ...future.map((step) => ({ step, inEffect: false })),
      ...all.slice(0, over).map((step) => ({ step, inEffect: true })),
    ],
  };
}

export interface UndoState<L = string> {
  /** Labels of what comes next, or undefined where there is nothing. */
  readonly undo: L | undefined;
  readonly redo: L | undefined;
}

export interface Undo<L = string> {
  readonly store: StoreApi<UndoState<L>>;
  /** Takes in a change that has already been made. */
  push(change: Change<L>): void;
  /** The step that would be undone next, for `join`. */
  last(): Step<L> | undefined;
  /**
   * Takes in a change that follows from an earlier one, and is taken back with it, if that is still the last step. Otherwise
   * it is a step of its own.
   */
  join(change: Change<L>, step: Step<L> | undefined): void;
  /** Makes a change and takes it in. */
  perform(change: Change<L>): void;
  /** Ends a movement: the next change with the same key is a step of its own. */
  seal(): void;
  /** What was undone, or undefined where there was nothing. */
  undo(): L | undefined;
  redo(): L | undefined;
  /** Forgets everything, as when another project is opened. */
  clear(): void;
}

export interface UndoOptions {
  /** Steps that are kept. */
  readonly limit?: number;
  /** Seconds within which changes of one key are one. */
  readonly moment?: number;
  /** Seconds on any clock. */
  readonly now?: () => number;
}

export function createUndo<L = string>(options: UndoOptions = {}): Undo<L> {
  const { limit = 100, moment = 1, now = () => performance.now() / 1000 } = options;
  if (!(limit >= 1)) throw new RangeError('A history keeps at least one step.');
  const store = createStore<UndoState<L>>()(() => ({ undo: undefined, redo: undefined }));
  let history: History<L> = emptyHistory;
  let lastPush = -Infinity;
  /** An undo that makes changes through the same controls must not be taken in as a new step. */
  let moving = false;

  function set(next: History<L>): void {
    history = next;
    store.setState({ undo: next.past.at(-1)?.label, redo: next.future.at(-1)?.label });
  }

  function forget(forgotten: readonly Forgotten<L>[]): void {
    for (const { step, inEffect } of forgotten) {
      for (let at = step.listeners; at; at = at.earlier) at.forgotten(inEffect);
    }
  }

  function push(change: Change<L>): void {
    if (moving) return;
    const { history: next, forgotten } = pushed(history, change, limit, now() - lastPush <= moment);
    lastPush = now();
    set(next);
    forget(forgotten);
  }

  function move(work: () => void): void {
    moving = true;
    try {
      work();
    } finally {
      moving = false;
      lastPush = -Infinity;
    }
  }

  return {
    store,
    push,
    last: () => history.past.at(-1),
    join(change, step) {
      const { past, future } = history;
      const last = past.at(-1);
      if (moving || !last || last !== step || future.length > 0) return push(change);
      const own = stepOf(change, last.listeners);
      const both: Step<L> = {
        ...{ label: last.label, key: undefined, listeners: own.listeners },
        undo() {
          own.undo();
          last.undo();
        },
        redo() {
          last.redo();
          own.redo();
        },
      };
      lastPush = -Infinity;
      set({ past: [...past.slice(0, -1), both], future });
    },
    perform(change) {
      change.redo();
      push(change);
    },
    seal: () => void (lastPush = -Infinity),
    undo() {
      const { past, future } = history;
      const step = past.at(-1);
      if (!step) return undefined;
      move(step.undo);
      set({ past: past.slice(0, -1), future: [...future, step] });
      return step.label;
    },
    redo() {
      const { past, future } = history;
      const step = future.at(-1);
      if (!step) return undefined;
      move(step.redo);
      set({ past: [...past, step], future: future.slice(0, -1) });
      return step.label;
    },
    clear() {
      const { past, future } = history;
      set(emptyHistory);
      forget([...past.map((step) => ({ step, inEffect: true })), ...future.map((step) => ({ step, inEffect: false }))]);
    },
  };
}
