/** Puts a library of the real browser on `window.libraryHarness`, in values that a test can fetch from a page. */

import { AppError, type ErrorCode } from '../../src/errors.ts';
import { databaseFiles, openDatabase } from '../../src/library/database.ts';
import { openLibrary, type Library, type LibraryOptions } from '../../src/library/library.ts';
import type { Listing, TakeContent } from '../../src/library/project-types.ts';

const NAME = 'av-link-library';

export interface LoadedReport {
  readonly source: string;
  /** By id: the line at the beginning of the sound, its length and its type. */
  readonly takes: Readonly<Record<string, { text: string; bytes: number; type: string; starred: boolean }>>;
  readonly unreadable: readonly string[];
}

function take(id: string, starred = false): TakeContent {
  return {
    id,
    recipe: {
      task: 'v2a',
      sourceName: 'drums.mp4',
      duration: 2,
      seed: 1,
      variations: [],
      prompt: '',
      negative: '',
      sampler: { steps: 9, guidanceText: 2, guidanceAv: 3 },
      pack: 'mini',
      packHash: 'f'.repeat(64),
      backend: 'wasm',
    },
    understood: [],
    notices: [],
    seconds: { decode: 1, load: 2, encode: 3, sample: 4, render: 5, mux: 6, total: 21 },
    sketch: { peaks: [0, 1], onsets: [0.5], loudness: -20 },
    starred,
    edit: { offset: 0, originalGain: -Infinity, generatedGain: 0, fadeIn: 0, fadeOut: 0, spans: [] },
  };
}

/** Bytes that do not compress, after a line of `text`. */
function sound(text: string, bytes: number): Blob {
  const noise = new Uint8Array(Math.max(0, bytes - text.length - 1));
  for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
  return new Blob([text, '\n', noise], { type: 'audio/wav' });
}

/** A picture of one colour with a disc on it, as a thumbnail. */
async function picture(hue: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(320, 180);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas.');
  context.fillStyle = `hsl(${hue} 45% 35%)`;
  context.fillRect(0, 0, 320, 180);
  context.fillStyle = `hsl(${hue + 40} 70% 65%)`;
  context.beginPath();
  context.arc(110 + (hue % 100), 90, 48, 0, 7);
  context.fill();
  return canvas.convertToBlob({ type: 'image/jpeg' });
}

let library: Library | undefined;
function opened(): Library {
  if (!library) throw new Error('The library is not open.');
  return library;
}

const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'ok'> =>
  work.then(
    () => 'ok' as const,
    (error: unknown) => AppError.from(error).code,
  );

/** Every file in the private file system, with its size. */
async function privateFiles(): Promise<Record<string, number>> {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(NAME, { create: true });
  const found: Record<string, number> = {};
  const entries = (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values();
  for await (const handle of entries) found[handle.name] = (await handle.getFile()).size;
  return found;
}

const harness = {
  async open(files?: 'database'): Promise<Library['files']> {
    const options: LibraryOptions =
      files === undefined ? {} : { name: NAME, files: databaseFiles(await openDatabase(NAME)) };
    library = await openLibrary(options);
    return library.files;
  },

  create: async (id: string, name = `${id}.mp4`, hue?: number, bytes = 0): Promise<ErrorCode | 'ok'> =>
    codeOf(
      opened().createProject({
        id,
        source: new File(['a video', new Uint8Array(bytes)], name, { type: 'video/mp4' }),
        task: (hue ?? 0) % 3 === 1 ? 'a2v' : 'v2a',
        draft: { prompt: '', negative: '', seed: 1, takes: 4, drawSeed: true, sampler: { v2a: {}, a2v: {} } },
        ...(hue === undefined ? {} : { thumbnail: await picture(hue) }),
      }),
    ),

  save: (project: string, id: string, text: string, bytes = 1000, starred = false): Promise<ErrorCode | 'ok'> =>
    codeOf(
      opened().saveTake(project, take(id, starred), {
        task: 'v2a',
        sampleRate: 16_000,
        sound: sound(text, bytes),
        latents: sound('latents', 100),
      }),
    ),

  async load(id: string): Promise<LoadedReport> {
    const { source, takes, unreadable } = await opened().load(id);
    const reports = await Promise.all(
      takes.map(async ({ take, blobs }) => {
        const blob = blobs.task === 'v2a' ? blobs.sound : blobs.clip;
        const [text = ''] = (await blob.slice(0, 20).text()).split('\n');
        // Every byte is read, so that a file that is there in name only is found out.
        const bytes = (await blob.arrayBuffer()).byteLength;
        return [take.id, { text, bytes, type: blob.type, starred: take.starred }] as const;
      }),
    );
    return {
      source: 'file' in source ? await source.file.text() : source.missing,
      takes: Object.fromEntries(reports),
      unreadable: unreadable.map(({ id, problem }) => `${id} ${problem}`),
    };
  },

  list: (): Promise<Listing> => opened().list(),
  remove: (id: string): Promise<void> => opened().remove(id),
  usage: () => opened().usage(),
  privateFiles,

  /** A file that a crash left half-written. */
  async leaveBehind(): Promise<void> {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(NAME, { create: true });
    const handle = await folder.getFileHandle(`f-0-${crypto.randomUUID()}`, { create: true });
    const stream = await handle.createWritable();
    await stream.write('half');
    await stream.close();
  },

  /** Begins to save a large take and does not wait for it. */
  beginSave(project: string, id: string, bytes: number): void {
    void harness.save(project, id, 'large', bytes);
  },

  /** Overwrites a record past the library. */
  async damage(store: 'projects' | 'takes', key: string | string[], change: Record<string, unknown>): Promise<void> {
    const database = await openDatabase(NAME);
    const value = (await database.get(store, key as never)) as object;
    await database.put(store, { ...value, ...change });
    database.close();
  },

  /** Whether a file that lies on the disk is in the queue after a reload without a copy of it. */
  async queueByHandle(id: string, text: string): Promise<number> {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('on-disk.mp4', { create: true });
    const stream = await handle.createWritable();
    await stream.write(text);
    await stream.close();
    const draft = { prompt: '', negative: '', seed: 1, takes: 1, drawSeed: true, sampler: { v2a: {}, a2v: {} } };
    await opened().queue.add({ id, order: 1, file: await handle.getFile(), handle, draft });
    return Object.keys(await privateFiles()).length;
  },
  async readQueue(): Promise<string[]> {
    const { items } = await opened().queue.read();
    return Promise.all(
      items.map(async (item) => {
        const found = await opened().queue.findFile(item);
        return `${item.id} ${item.file.kept.by} ${'file' in found ? await found.file.text() : found.missing}`;
      }),
    );
  },

  /** Seconds to make a long history, and to list it. */
  async listing(projects: number, takes: number): Promise<{ making: number; seconds: number; count: number }> {
    const began = performance.now();
    for (let p = 0; p < projects; p++) {
      await harness.create(`many-${p}`);
      for (let t = 0; t < takes; t++) await harness.save(`many-${p}`, `take-${t}`, 'x', 100);
    }
    const start = performance.now();
    const { projects: found } = await opened().list();
    const end = performance.now();
    return { making: (start - began) / 1000, seconds: (end - start) / 1000, count: found.length };
  },
};

declare global {
  interface Window {
    libraryHarness: typeof harness;
  }
}
window.libraryHarness = harness;
