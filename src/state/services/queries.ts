/** Questions to the state that more than one place asks. Pure. */
import { AppError } from '../../errors.ts';
import type { Source, StudioState } from '../types.ts';
import type { Take, TakeId } from '../take.ts';

/** The file that is open; while another one is being opened, still the earlier one. */
export function openSource({ input }: StudioState): Source | undefined {
  switch (input.phase) {
    case 'empty':
      return undefined;
    case 'opening':
      return input.previous;
    case 'ready':
      return input.source;
  }
}

/** The take on the stage. */
export function selectedTake({ takes, selected }: StudioState): Take | undefined {
  return takes.find(({ id }) => id === selected);
}

export function takeById({ takes }: StudioState, id: TakeId): Take | undefined {
  return takes.find((take) => take.id === id);
}

/** A take of the open file, with that file. Throws AppError no-source. */
export function takeWithSource(state: StudioState, id: TakeId): { readonly take: Take; readonly source: Source } {
  const take = takeById(state, id);
  const source = openSource(state);
  if (!take || !source) throw noSuchTake();
  return { take, source };
}

export function noSuchTake(): AppError {
  return new AppError('no-source', 'There is no such take.', 'Generate one first.');
}
