/** What the page and the worker of its sounds say to each other. Types only. */
import type { Levelling } from './levelling.ts';
import type { MixParts, Sound } from './mix.ts';
import type { SoundEvents } from './sound-events.ts';
import type { RenderedMix, SoundDescription } from './sound-work.ts';

/** Sounds are sent once and named by number afterwards. */
export type SoundName = number;

/** The parts of a mix with names in place of sounds. */
export interface NamedParts extends Omit<MixParts, 'original' | 'generated'> {
  readonly original?: SoundName | undefined;
  readonly generated?: SoundName | undefined;
}

export type SoundCommand =
  | { readonly type: 'keep'; readonly name: SoundName; readonly sound: Sound }
  | { readonly type: 'forget'; readonly name: SoundName }
  | { readonly type: 'describe'; readonly id: number; readonly name: SoundName }
  | { readonly type: 'level'; readonly id: number; readonly name: SoundName; readonly lufs: number }
  | { readonly type: 'events'; readonly id: number; readonly name: SoundName }
  | { readonly type: 'render'; readonly id: number; readonly parts: NamedParts };

/** Every command with an id is answered once. */
export type SoundReply =
  | { readonly id: number; readonly type: 'described'; readonly description: SoundDescription }
  | { readonly id: number; readonly type: 'levelled'; readonly levelling: Levelling }
  | { readonly id: number; readonly type: 'events'; readonly events: SoundEvents }
  | { readonly id: number; readonly type: 'rendered'; readonly rendered: RenderedMix }
  | { readonly id: number; readonly type: 'failed'; readonly message: string };
