/**
 * Every action of a person, once: what it is called, its keys, when it can be done, and what it does. Buttons, the global
 * key listener, the shortcut sheet, the palette and tests all read it from here.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Studio } from '../../state/studio.ts';
import type { StudioState } from '../../state/types.ts';
import type { Language } from '../../text/language.ts';
import type { Chord } from './keys.ts';

export const COMMAND_GROUPS = ['file', 'generate', 'takes', 'player', 'timing', 'edit', 'page'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export interface Command {
  /** `group.action`, unique. */
  readonly id: string;
  readonly group: CommandGroup;
  /** What it does, in the imperative. */
  readonly title: Readonly<Record<Language, string>>;
  /** The first is the one that is shown; none: only through buttons and the palette. */
  readonly keys: readonly Chord[];
  /** Keys that do it where its thing has the focus, which listens itself: shown beside the others, free elsewhere. */
  readonly localKeys?: readonly Chord[];
  /** Works while a text is typed as well; for chords and keys that type nothing. */
  readonly whileTyping?: boolean;
  readonly enabled: (state: StudioState) => boolean;
  readonly run: (studio: Studio) => void;
}

interface Registry {
  readonly commands: readonly Command[];
}

const store = createStore<Registry>()(() => ({ commands: [] }));

/**
 * Adds commands; the returned function takes them away again.
 * @throws Error when an id or a key is taken: two commands on one key would both be wrong
 */
export function register(added: readonly Command[]): () => void {
  const commands = [...store.getState().commands, ...added];
  const problem = conflictIn(commands);
  if (problem !== undefined) throw new Error(problem);
  store.setState({ commands });
  return () => {
    const gone = new Set(added);
    store.setState({ commands: store.getState().commands.filter((command) => !gone.has(command)) });
  };
}

export function registered(): readonly Command[] {
  return store.getState().commands;
}

export function useCommands(): readonly Command[] {
  return useStore(store, (state) => state.commands);
}

/** The first id or key that two of the commands share, in words. */
export function conflictIn(commands: readonly Command[]): string | undefined {
  const ids = new Set<string>();
  const keys = new Map<Chord, string>();
  for (const command of commands) {
    if (ids.has(command.id)) return `There are two commands ${command.id}.`;
    ids.add(command.id);
    for (const chord of command.keys) {
      const holder = keys.get(chord);
      if (holder !== undefined) return `${holder} and ${command.id} share the key ${chord}.`;
      keys.set(chord, command.id);
    }
  }
  return undefined;
}
