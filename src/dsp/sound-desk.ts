/** The worker's side without the worker: keeps sounds by name, and answers commands. */
import { levelSound, type Sound } from './mix.ts';
import type { NamedParts, SoundCommand, SoundName, SoundReply } from './sound-protocol.ts';
import { findEvents } from './sound-events.ts';
import { describeSound, renderSound } from './sound-work.ts';

export interface Answer {
  readonly reply: SoundReply;
  /** Buffers in it that nobody here needs any more. */
  readonly transfer: ArrayBuffer[];
}

/** Answers commands in the order in which they come; what needs no answer has none. */
export function createSoundDesk(): (command: SoundCommand) => Answer | undefined {
  const kept = new Map<SoundName, Sound>();

  function find(name: SoundName): Sound {
    const sound = kept.get(name);
    if (!sound) throw new RangeError(`There is no sound ${name}.`);
    return sound;
  }

  function partsOf({ original, generated, ...rest }: NamedParts) {
    return {
      ...rest,
      ...(original === undefined ? {} : { original: find(original) }),
      ...(generated === undefined ? {} : { generated: find(generated) }),
    };
  }

  function answer(command: Extract<SoundCommand, { id: number }>): Answer {
    const { id } = command;
    if (command.type === 'describe') {
      const description = describeSound(find(command.name));
      const arrays = description.peaks.levels.flatMap(({ lowest, highest }) => [lowest, highest]);
      return { reply: { id, type: 'described', description }, transfer: buffersOf(arrays) };
    }
    if (command.type === 'level') {
      return { reply: { id, type: 'levelled', levelling: levelSound(find(command.name), command.lufs) }, transfer: [] };
    }
    if (command.type === 'events') {
      const events = findEvents(find(command.name));
      return { reply: { id, type: 'events', events }, transfer: buffersOf([events.envelope]) };
    }
    const rendered = renderSound(partsOf(command.parts));
    // A mix is always its own: what went into it stays for the next edit.
    return { reply: { id, type: 'rendered', rendered }, transfer: buffersOf(rendered.mix.channels) };
  }

  return (command) => {
    switch (command.type) {
      case 'keep':
        kept.set(command.name, command.sound);
        return undefined;
      case 'forget':
        kept.delete(command.name);
        return undefined;
      case 'describe':
      case 'level':
      case 'events':
      case 'render':
        try {
          return answer(command);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          return { reply: { id: command.id, type: 'failed', message }, transfer: [] };
        }
    }
  };
}

function buffersOf(arrays: readonly Float32Array[]): ArrayBuffer[] {
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}
