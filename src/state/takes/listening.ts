/**
 * Keeps the player at what the store says: the picture on the stage, the sounds that can be compared, equally loud. What
 * is played is what is exported, sample for sample before coding.
 */
import { AppError } from '../../errors.ts';
import { matchingGains } from '../../dsp/sound-summary.ts';
import type { PlayerTrack } from '../../player/types.ts';
import type { Services } from '../services/services.ts';
import { openSource, selectedTake } from '../services/queries.ts';
import type { StudioState } from '../types.ts';
import type { Take } from '../take.ts';

/** The track of the file's own sound; takes have their own ids. */
export const ORIGINAL = 'original';

/** What the player depends on; anything else may change without it. */
const WATCHED = ['takes', 'selected', 'shown', 'survey', 'input'] as const satisfies readonly (keyof StudioState)[];

export function startListening(services: Services): void {
  const { store, deps, sounds, life } = services;
  const { player } = deps;
  /** One round at a time; changes meanwhile ask for another one. */
  let busy = false;
  let again = false;

  async function refresh(): Promise<void> {
    const before = store.getState();
    const { original } = sounds;
    const described = original && (await sounds.describe(original));
    // Takes that are not compared with what is on the stage are not worth rendering.
    const comparable = before.takes.filter((take) => comparesWith(take, selectedTake(before)));
    const rendered = [];
    for (const take of comparable) {
      rendered.push({ take, ...(await sounds.render(take)) });
      const generated = await sounds.generated(take);
      if (generated) await sounds.describe(generated);
    }
    if (life.aborted) return;
    // Much may have changed meanwhile. The tracks follow in the next round; what is shown and selected is that of now.
    const state = store.getState();
    const source = openSource(state);
    const stage = selectedTake(state);
    sounds.keepOnly(state.takes);
    const gains = matchingGains([described?.loudness, ...rendered.map(({ loudness }) => loudness)]);
    const tracks: PlayerTrack[] = [
      { id: ORIGINAL, sound: original, gain: gains[0] ?? 1 },
      ...rendered.map(({ take, mix }, index) => ({ id: take.id, sound: mix, gain: gains[index + 1] ?? 1 })),
    ];
    player.setDuration(durationOf(stage, state.shown) ?? source?.info.duration ?? 0);
    player.setTracks(tracks);
    player.select(state.shown === 'result' && stage ? stage.id : ORIGINAL);
  }

  async function update(): Promise<void> {
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) {
        again = false;
        try {
          await refresh();
        } catch (thrown) {
          // What was asked for may be gone by now: then the next round is about something else.
          if (!again && !life.aborted) services.fail('generate', AppError.from(thrown));
        }
      }
    } finally {
      busy = false;
    }
  }

  // A switch between tracks that are there must be heard at once.
  store.subscribe((state, before) => {
    if (WATCHED.every((key) => state[key] === before[key])) return;
    if (state.selected !== before.selected || state.shown !== before.shown) {
      player.select(state.shown === 'result' && state.selected !== undefined ? state.selected : ORIGINAL);
    }
    void update();
  });
}

/** Sounds for one picture compare with each other, clips of one sound with each other. */
export function comparesWith(take: Take, other: Take | undefined): boolean {
  return other !== undefined && take.media.task === other.media.task;
}

/** A clip has a clock of its own; a sound lies on that of its file. */
function durationOf(take: Take | undefined, shown: StudioState['shown']): number | undefined {
  return shown === 'result' && take?.media.task === 'a2v' ? take.recipe.duration : undefined;
}
