/**
 * `SoundWork` in a worker of its own: a minute of stereo would hold up the page for a second. A worker that fails fails
 * what it was asked, and the next question starts another one, which is given the sounds anew. Sending one copies it: 65 ms
 * for ten minutes, the longest that is accepted.
 */
import type { Levelling } from './levelling.ts';
import type { MixParts, Sound } from './mix.ts';
import type { SoundEvents } from './sound-events.ts';
import type { NamedParts, SoundCommand, SoundName, SoundReply } from './sound-protocol.ts';
import type { RenderedMix, SoundDescription, SoundWork } from './sound-work.ts';

/** The part of Worker that is used; replaced in tests. */
export interface SoundWorkerLike {
  postMessage(command: SoundCommand): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<SoundReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Waiting {
  readonly resolve: (reply: SoundReply) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly worker: SoundWorkerLike;
  /** What it was given. */
  readonly names: Map<Sound, SoundName>;
  readonly waiting: Map<number, Waiting>;
}

/** Starts nothing yet: the worker begins with the first question. */
export function createSoundClient(spawn: () => SoundWorkerLike = spawnWorker): SoundWork {
  let running: Running | undefined;
  let next = 1;

  function start(): Running {
    const started: Running = { worker: spawn(), names: new Map(), waiting: new Map() };
    started.worker.onmessage = ({ data }) => {
      const waiting = started.waiting.get(data.id);
      started.waiting.delete(data.id);
      if (data.type === 'failed') waiting?.reject(new RangeError(data.message));
      else waiting?.resolve(data);
    };
    started.worker.onerror = (event) => stop(started, new Error(event.message || 'The sound worker has failed.'));
    return started;
  }

  function stop(stopped: Running, error: Error): void {
    stopped.worker.terminate();
    if (running === stopped) running = undefined;
    for (const { reject } of stopped.waiting.values()) reject(error);
    stopped.waiting.clear();
  }

  function nameOf(sound: Sound, { worker, names }: Running): SoundName {
    const known = names.get(sound);
    if (known !== undefined) return known;
    const name = next++;
    names.set(sound, name);
    worker.postMessage({ type: 'keep', name, sound });
    return name;
  }

  function ask(commandFor: (id: number, running: Running) => SoundCommand): Promise<SoundReply> {
    return new Promise((resolve, reject) => {
      const now = (running ??= start());
      const id = next++;
      const command = commandFor(id, now);
      now.waiting.set(id, { resolve, reject });
      now.worker.postMessage(command);
    });
  }

  return {
    async describe(sound): Promise<SoundDescription> {
      const reply = await ask((id, now) => ({ type: 'describe', id, name: nameOf(sound, now) }));
      if (reply.type !== 'described') throw new TypeError('The sound worker gave the answer of another question.');
      return reply.description;
    },
    async level(sound, lufs): Promise<Levelling> {
      const reply = await ask((id, now) => ({ type: 'level', id, name: nameOf(sound, now), lufs }));
      if (reply.type !== 'levelled') throw new TypeError('The sound worker gave the answer of another question.');
      return reply.levelling;
    },
    async events(sound): Promise<SoundEvents> {
      const reply = await ask((id, now) => ({ type: 'events', id, name: nameOf(sound, now) }));
      if (reply.type !== 'events') throw new TypeError('The sound worker gave the answer of another question.');
      return reply.events;
    },
    async render(parts: MixParts): Promise<RenderedMix> {
      const reply = await ask((id, now) => ({ type: 'render', id, parts: namedParts(parts, now) }));
      if (reply.type !== 'rendered') throw new TypeError('The sound worker gave the answer of another question.');
      return reply.rendered;
    },
    forget(sound) {
      const name = running?.names.get(sound);
      if (!running || name === undefined) return;
      running.names.delete(sound);
      running.worker.postMessage({ type: 'forget', name });
    },
    dispose() {
      if (running) stop(running, new Error('The page is being closed.'));
    },
  };

  function namedParts({ original, generated, ...rest }: MixParts, now: Running): NamedParts {
    return {
      ...rest,
      ...(original ? { original: nameOf(original, now) } : {}),
      ...(generated ? { generated: nameOf(generated, now) } : {}),
    };
  }
}

function spawnWorker(): SoundWorkerLike {
  return new Worker(new URL('./sound-worker.ts', import.meta.url), { type: 'module', name: 'sounds' });
}
