/** A device in memory for tests in Node: files that can run out of room or break, and locks between tabs. */
import { IDBFactory } from 'fake-indexeddb';
import type { FileStore } from '../files.ts';
import { openLibrary, type Library } from '../library.ts';
import type { Locks } from '../locks.ts';
import type { NewProject, TakeBlobs, TakeContent } from '../project-types.ts';

export interface MemoryFiles extends FileStore {
  readonly stored: Map<string, Blob>;
  /** Bytes that fit; what goes beyond is refused as browsers do. */
  room: number;
  /** Thrown by the next write, which leaves a part of the file behind as a crash does. */
  breakNext: Error | undefined;
}

export function memoryFiles(): MemoryFiles {
  const stored = new Map<string, Blob>();
  const files: MemoryFiles = {
    kind: 'memory',
    stored,
    room: Infinity,
    breakNext: undefined,
    async put(name, blob) {
      if (files.breakNext) {
        const error = files.breakNext;
        files.breakNext = undefined;
        stored.set(name, blob.slice(0, Math.floor(blob.size / 2)));
        throw error;
      }
      const used = [...stored.values()].reduce((sum, { size }) => sum + size, 0);
      if (used + blob.size > files.room) throw new DOMException('No room.', 'QuotaExceededError');
      stored.set(name, new Blob([await blob.arrayBuffer()]));
    },
    get: (name) => Promise.resolve(stored.get(name)),
    drop: (name) => Promise.resolve(void stored.delete(name)),
    names: () => Promise.resolve([...stored.keys()]),
  };
  return files;
}

export interface MemoryDevice {
  readonly files: MemoryFiles;
  /** Milliseconds since 1970. */
  clock: number;
  /** A tab that opens the library. `locks: false`: a browser without Web Locks. */
  open(options?: { locks?: boolean; files?: FileStore }): Promise<Library & { crash(): void }>;
}

/** A fresh device: nothing of an earlier one is left. */
export function memoryDevice(): MemoryDevice {
  globalThis.indexedDB = new IDBFactory();
  const holders = new Map<string, Set<symbol>>();
  const device: MemoryDevice = {
    files: memoryFiles(),
    clock: Date.UTC(2026, 0, 1),
    async open({ locks = true, files = device.files } = {}) {
      const held: (() => void)[] = [];
      const library = await openLibrary({
        name: 'test',
        files,
        locks: locks ? memoryLocks(holders, held) : undefined,
        storage: undefined,
        now: () => device.clock++,
      });
      return { ...library, crash: () => held.forEach((release) => release()) };
    },
  };
  return device;
}

function memoryLocks(holders: Map<string, Set<symbol>>, held: (() => void)[]): Locks {
  const of = (name: string) => {
    const found = holders.get(name) ?? new Set();
    holders.set(name, found);
    return found;
  };
  const hold = (name: string) => {
    const key = Symbol(name);
    of(name).add(key);
    const release = () => void of(name).delete(key);
    held.push(release);
    return release;
  };
  return {
    async alone(name, work) {
      if (of(name).size > 0) return false;
      const release = hold(name);
      await work();
      release();
      return true;
    },
    share: (name) => Promise.resolve(hold(name)),
    claim: (name) => Promise.resolve(of(name).size > 0 ? undefined : hold(name)),
  };
}

export function newProject(id: string, change: Partial<NewProject> = {}): NewProject {
  return {
    id,
    source: new File(['a video'], `${id}.mp4`, { type: 'video/mp4', lastModified: 7 }),
    task: 'v2a',
    draft: { prompt: 'wood', negative: '', seed: 1, takes: 4, drawSeed: true, sampler: { v2a: { steps: 9 }, a2v: {} } },
    ...change,
  };
}

export function newTake(id: string, change: Partial<TakeContent> = {}): TakeContent {
  return {
    id,
    recipe: {
      task: 'v2a',
      sourceName: 'drums.mp4',
      duration: 2,
      seed: 1,
      variations: [],
      prompt: 'wood',
      negative: '',
      sampler: { steps: 9, guidanceText: 2, guidanceAv: 3 },
      pack: 'mini',
      packHash: 'f'.repeat(64),
      backend: 'wasm',
    },
    understood: ['wood'],
    notices: [{ code: 'gpu-emulated', message: 'The processor is used.' }],
    seconds: { decode: 1, load: 2, encode: 3, sample: 4, render: 5, mux: 6, total: 21 },
    sketch: { peaks: [0, 0.5, 1], onsets: [0.25], loudness: undefined },
    starred: false,
    edit: { offset: 0, originalGain: -Infinity, generatedGain: 0, fadeIn: 0, fadeOut: 0, spans: [] },
    ...change,
  };
}

export function newSound(text = 'a sound'): TakeBlobs {
  return {
    task: 'v2a',
    sampleRate: 16_000,
    sound: new Blob([text], { type: 'audio/wav' }),
    latents: new Blob(['latents']),
  };
}
