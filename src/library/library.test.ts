import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AppError } from '../errors.ts';
import { COPY_LIMIT, isSameFile } from './own-files.ts';
import type { Library } from './library.ts';
import { memoryDevice, newProject, newSound, newTake, type MemoryDevice } from './testing/fakes.ts';

let device: MemoryDevice;
let library: Library & { crash(): void };
const open: Library[] = [];

async function another(options?: Parameters<MemoryDevice['open']>[0]): Promise<Library & { crash(): void }> {
  const opened = await device.open(options);
  open.push(opened);
  return opened;
}

/** Ends the tab as a crash does, and opens the page again. */
async function reopen(): Promise<void> {
  library.crash();
  library.close();
  library = await another();
}

beforeEach(async () => {
  device = memoryDevice();
  library = await another();
});
afterEach(() => open.splice(0).forEach((one) => one.close()));

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: AppError) => error.code,
  );
const text = async (blob: Blob | undefined) => (blob ? await blob.text() : undefined);

/** Writes a raw value past the library, as damage or another version would. */
async function putRaw(store: 'projects' | 'takes', value: unknown): Promise<void> {
  const raw = await openDB('test');
  await raw.put(store, value);
  raw.close();
}
async function getRaw(store: 'projects' | 'takes', key: IDBValidKey): Promise<Record<string, unknown>> {
  const raw = await openDB('test');
  const value = (await raw.get(store, key)) as Record<string, unknown>;
  raw.close();
  return value;
}

test('a project comes back whole after a reload: source, settings, takes with edits, thumbnail', async () => {
  const source = new File(['a video'], 'drums.mp4', { type: 'video/mp4', lastModified: 7 });
  const thumbnail = new Blob(['jpeg'], { type: 'image/jpeg' });
  await library.createProject(newProject('p', { source, trim: { start: 1, end: 2 }, thumbnail }));
  const edit = {
    offset: -0.02,
    originalGain: -6,
    generatedGain: -Infinity,
    fadeIn: 0.1,
    fadeOut: 0.2,
    spans: [{ span: { start: 0, end: 1 }, gain: -Infinity }],
  };
  await library.saveTake('p', newTake('first'), newSound('one'));
  await library.saveTake('p', newTake('second', { starred: true, edit }), newSound('two'));
  await library.saveTake('p', newTake('clip', { recipe: { ...newTake('').recipe, task: 'a2v' } }), {
    task: 'a2v',
    clip: new Blob(['mp4'], { type: 'video/mp4' }),
  });
  await reopen();

  const { project, takes, unreadable, source: found } = await library.load('p');
  expect(unreadable).toEqual([]);
  expect(project).toMatchObject({ task: 'v2a', trim: { start: 1, end: 2 }, draft: newProject('p').draft });
  if (!('file' in found)) throw new Error('There is no source.');
  expect([found.file.name, found.file.type, found.file.lastModified, await found.file.text()]).toEqual([
    'drums.mp4',
    'video/mp4',
    7,
    'a video',
  ]);
  expect(takes.map(({ take }) => take)).toEqual([
    newTake('first'),
    newTake('second', { starred: true, edit }),
    newTake('clip', { recipe: { ...newTake('').recipe, task: 'a2v' } }),
  ]);
  const [first, , clip] = takes;
  if (first?.blobs.task !== 'v2a' || clip?.blobs.task !== 'a2v') throw new Error('The takes are of the wrong kind.');
  expect([first.blobs.sampleRate, first.blobs.sound.type]).toEqual([16_000, 'audio/wav']);
  expect(await Promise.all([first.blobs.sound, first.blobs.latents, clip.blobs.clip].map(text))).toEqual([
    'one',
    'latents',
    'mp4',
  ]);
  const picture = await library.thumbnail('p');
  expect([picture?.type, await text(picture)]).toEqual(['image/jpeg', 'jpeg']);
});

test('the list is newest first, counts, and opens no file', async () => {
  await library.createProject(newProject('a'));
  await library.createProject(newProject('b', { task: 'a2v', thumbnail: new Blob(['1234']) }));
  await library.saveTake('a', newTake('1', { starred: true }), newSound('12345'));
  await library.saveTake('a', newTake('2'), newSound('12345'));
  const get = vi.spyOn(device.files, 'get');
  const { projects } = await library.list();
  expect(get).not.toHaveBeenCalled();
  expect(projects.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(projects[0]).toMatchObject({ name: 'a.mp4', takes: 2, starred: 1, bytes: 7 + 2 * (5 + 7), kept: 'copy' });
  expect(projects[1]).toMatchObject({ task: 'a2v', takes: 0, bytes: 7 + 4, hasThumbnail: true });
});

test('saving again changes what was given and keeps the rest; replaced files go', async () => {
  await library.createProject(newProject('p', { trim: { start: 0, end: 1 } }));
  await library.saveTake('p', newTake('t'), newSound('old'));
  const before = new Set(device.files.stored.keys());
  await library.saveTake('p', newTake('t', { starred: true }));
  expect(new Set(device.files.stored.keys())).toEqual(before);
  await library.saveTake('p', newTake('t'), newSound('new'));
  expect(device.files.stored.size).toBe(before.size);
  await library.saveProject('p', { task: 'a2v' });
  expect((await library.load('p')).project).toMatchObject({ task: 'a2v', trim: { start: 0, end: 1 } });
  await library.saveProject('p', { trim: undefined, source: { file: new File(['longer video'], 'b.mp4') } });
  const { project, takes, source } = await library.load('p');
  expect(project).not.toHaveProperty('trim');
  expect('file' in source && (await source.file.text())).toBe('longer video');
  expect(device.files.stored.size).toBe(before.size);
  expect(takes[0]?.blobs.task === 'v2a' && (await takes[0].blobs.sound.text())).toBe('new');
});

test('a full disk leaves the earlier state, and the same take can be saved once there is room', async () => {
  await library.createProject(newProject('p'));
  await library.saveTake('p', newTake('t'), newSound('old'));
  const before = new Map(device.files.stored);
  const used = [...before.values()].reduce((sum, { size }) => sum + size, 0);
  // The sound still fits; the latents after it do not.
  device.files.room = used + 4;
  expect(await failure(library.saveTake('p', newTake('t', { starred: true }), newSound('new')))).toBe('storage-full');
  expect(await failure(library.saveTake('p', newTake('u'), newSound('new')))).toBe('storage-full');
  expect(device.files.stored).toEqual(before);
  const { takes } = await library.load('p');
  expect(takes.map(({ take }) => [take.id, take.starred])).toEqual([['t', false]]);
  device.files.room = Infinity;
  await library.saveTake('p', newTake('u'), newSound('new'));
  expect((await library.load('p')).takes).toHaveLength(2);
});

test('a source for which there is no room, or that is too large, is kept by its name; takes matter more', async () => {
  device.files.room = 3;
  expect(await library.createProject(newProject('p'))).toMatchObject({ kept: 'name' });
  expect((await library.load('p')).source).toEqual({ missing: 'name' });
  device.files.room = Infinity;
  const large = new File(['x'], 'large.mp4');
  Object.defineProperty(large, 'size', { value: COPY_LIMIT + 1 });
  expect(await library.createProject(newProject('q', { source: large }))).toMatchObject({ kept: 'name' });
  const { project } = await library.load('q');
  expect(project.source.kept).toEqual({ by: 'name', because: 'too-large' });
  expect(isSameFile(project.source, new File(['x'], 'large.mp4'))).toBe(false);
  expect(isSameFile({ name: 'a.mp4', size: 1, lastModified: 5 }, new File(['x'], 'a.mp4'))).toBe(true);
});

test('a crash in the middle of a take leaves what was, and its half-written file is swept at the next start', async () => {
  await library.createProject(newProject('p'));
  await library.saveTake('p', newTake('t'), newSound('kept'));
  const before = [...device.files.stored.keys()];
  // The tab ends between the file and the record: nothing of the library runs after it.
  const drop = vi.spyOn(device.files, 'drop').mockImplementation(() => new Promise(() => undefined));
  device.files.breakNext = new Error('The tab is gone.');
  void library.saveTake('p', newTake('lost'), newSound('half')).catch(() => undefined);
  await vi.waitFor(() => expect(drop).toHaveBeenCalled());
  drop.mockRestore();
  expect(device.files.stored.size).toBe(before.length + 1);
  await reopen();
  expect([...device.files.stored.keys()]).toEqual(before);
  expect((await library.load('p')).takes.map(({ take }) => take.id)).toEqual(['t']);
});

test('a second tab sweeps nothing: the files of the first may have no record yet', async () => {
  await library.createProject(newProject('p'));
  device.files.stored.set('f-0-00000000-0000-0000-0000-000000000000', new Blob(['being written']));
  await another();
  expect(device.files.stored.size).toBe(2);
  await reopenAll();
  expect(device.files.stored.size).toBe(1);
});

async function reopenAll(): Promise<void> {
  for (const one of open.splice(0)) {
    (one as typeof library).crash();
    one.close();
  }
  library = await another();
}

test('without locks only what is a day old is swept', async () => {
  const orphan = (at: number) => `f-${at.toString(36)}-00000000-0000-0000-0000-000000000000`;
  device.files.stored.set(orphan(device.clock), new Blob(['new']));
  device.files.stored.set(orphan(device.clock - 25 * 3600e3), new Blob(['old']));
  await another({ locks: false });
  expect(device.files.stored.size).toBe(1);
});

test('a discarded take comes back until it is purged, with its files', async () => {
  await library.createProject(newProject('p'));
  await library.saveTake('p', newTake('t'), newSound('here'));
  await library.removeTake('p', 't');
  expect((await library.load('p')).takes).toEqual([]);
  expect((await library.list()).projects[0]?.takes).toBe(0);
  // An edit that was still on its way does not undo the discard.
  await library.saveTake('p', newTake('t', { starred: true }));
  expect((await library.load('p')).takes).toEqual([]);
  await library.restoreTake('p', 't');
  expect((await library.load('p')).takes[0]?.take.starred).toBe(true);
  await library.purgeTake('p', 't');
  expect(await failure(library.restoreTake('p', 't'))).toBe('library-gone');
  expect(device.files.stored.size).toBe(1);
});

test('a deleted project comes back by undo, and is gone for good after the next start', async () => {
  await library.createProject(newProject('p'));
  await library.saveTake('p', newTake('t'), newSound());
  await library.createProject(newProject('q'));
  await library.remove('p');
  expect((await library.list()).projects.map(({ id }) => id)).toEqual(['q']);
  await library.restore('p');
  expect((await library.load('p')).takes).toHaveLength(1);
  await library.remove('p');
  await reopen();
  expect(await failure(library.load('p'))).toBe('library-gone');
  expect(device.files.stored.size).toBe(1);
});

test('clear takes every project and its files, and leaves the batch alone', async () => {
  await library.createProject(newProject('p'));
  await library.saveTake('p', newTake('t'), newSound());
  await library.queue.add({ id: 'i', order: 1, file: new File(['queued'], 'q.mp4'), draft: newProject('').draft });
  await library.clear();
  expect(await library.list()).toEqual({ projects: [], unreadable: [] });
  expect(await Promise.all([...device.files.stored.values()].map(text))).toEqual(['queued']);
});

test('damaged and newer records are set aside with a reason; the others work on, and no file of theirs is lost', async () => {
  for (const id of ['good', 'broken', 'newer', 'part']) {
    await library.createProject(newProject(id));
    await library.saveTake(id, newTake('a'), newSound(id));
    await library.saveTake(id, newTake('b'), newSound(id));
  }
  await putRaw('projects', { ...(await getRaw('projects', 'broken')), draft: 'nonsense' });
  await putRaw('projects', { ...(await getRaw('projects', 'newer')), version: 99 });
  await putRaw('takes', { ...(await getRaw('takes', ['part', 'a'])), recipe: null });
  await putRaw('projects', { id: 'nothing' });
  const files = device.files.stored.size;
  await reopen();

  const { projects, unreadable } = await library.list();
  expect(projects.map(({ id }) => id).sort()).toEqual(['good', 'part']);
  expect(unreadable.map(({ id, problem }) => `${id} ${problem}`).sort()).toEqual([
    'broken damaged',
    'newer newer',
    'nothing damaged',
  ]);
  expect(unreadable.find(({ id }) => id === 'broken')?.detail).toMatch(/draft/);
  expect(await failure(library.load('broken'))).toBe('library-unreadable');
  expect((await library.load('good')).takes).toHaveLength(2);
  const part = await library.load('part');
  expect(part.takes.map(({ take }) => take.id)).toEqual(['b']);
  expect(part.unreadable).toMatchObject([{ id: 'a', problem: 'damaged' }]);
  expect(device.files.stored.size).toBe(files);

  // What a newer version wrote is not overwritten.
  await putRaw('takes', { ...(await getRaw('takes', ['good', 'a'])), version: 99 });
  expect(await failure(library.saveTake('good', newTake('a'), newSound()))).toBe('library-unreadable');
  for (const id of ['broken', 'nothing']) await library.purge(id);
  expect((await library.list()).unreadable.map(({ id }) => id)).toEqual(['newer']);
  expect(device.files.stored.size).toBe(files - 5);
});

test('a take whose file is missing or cut short is reported, not opened', async () => {
  await library.createProject(newProject('p'));
  for (const id of ['a', 'b', 'c']) await library.saveTake('p', newTake(id), newSound(id));
  const named = async (id: string) =>
    (await getRaw('takes', ['p', id]))['media'] as { sound: { name: string }; latents: { name: string } };
  device.files.stored.delete((await named('a')).sound.name);
  device.files.stored.set((await named('b')).sound.name, new Blob([]));
  device.files.stored.delete((await named('c')).latents.name);
  const { takes, unreadable } = await library.load('p');
  expect(takes.map(({ take }) => take.id)).toEqual(['c']);
  expect(takes[0]?.blobs).not.toHaveProperty('latents');
  expect(unreadable.map(({ id, problem }) => `${id} ${problem}`)).toEqual(['a file-missing', 'b file-missing']);
});

test('two tabs: other fields and other takes are kept, the last writer of a take wins, deletion is final', async () => {
  await library.createProject(newProject('p'));
  const second = await another();
  const seen = vi.fn();
  second.onChange(seen);
  await Promise.all([
    library.saveProject('p', { task: 'a2v' }),
    second.saveProject('p', { trim: { start: 0, end: 1 } }),
    library.saveTake('p', newTake('mine'), newSound('mine')),
    second.saveTake('p', newTake('yours'), newSound('yours')),
    library.saveTake('p', newTake('both'), newSound('first')),
    second.saveTake('p', newTake('both'), newSound('second')),
  ]);
  await vi.waitFor(() => expect(seen).toHaveBeenCalled());
  const { project, takes, unreadable } = await library.load('p');
  expect(project).toMatchObject({ task: 'a2v', trim: { start: 0, end: 1 } });
  expect(takes.map(({ take }) => take.id).sort()).toEqual(['both', 'mine', 'yours']);
  expect(unreadable).toEqual([]);
  // Source, and sound and latents of each take: nothing of the overwritten one is left.
  expect(device.files.stored.size).toBe(1 + 3 * 2);

  await second.purge('p');
  expect(await failure(library.saveTake('p', newTake('late'), newSound()))).toBe('library-gone');
  expect(await failure(library.saveProject('p', { task: 'v2a' }))).toBe('library-gone');
  expect(device.files.stored.size).toBe(0);
});

test('what could not be read again is refused when it is written', async () => {
  await library.createProject(newProject('p'));
  const odd = { ...newTake('t'), mystery: 1 };
  expect(await failure(library.saveTake('p', odd, newSound()))).toBe('internal');
  expect(await failure(library.saveTake('p', newTake('t', { starred: 'yes' as never }), newSound()))).toBe('internal');
  expect(await failure(library.createProject(newProject('p')))).not.toBeUndefined();
  expect(device.files.stored.size).toBe(1);
});

test('a browser that forbids the database says so', async () => {
  const refuse = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('Not here.', 'SecurityError');
  });
  expect(await failure(device.open())).toBe('library-unavailable');
  refuse.mockRestore();
});

test('a newer version in another tab may upgrade; this one then says why it keeps nothing', async () => {
  const newer = await openDB('test', 2);
  expect(await failure(library.createProject(newProject('p')))).toBe('library-unavailable');
  newer.close();
  expect(await failure(device.open())).toBe('library-unavailable');
});
