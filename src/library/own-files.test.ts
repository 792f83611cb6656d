import { expect, test } from 'vitest';
import { allowFile, findFile, keepFile } from './own-files.ts';
import { memoryFiles } from './testing/fakes.ts';

/** A file on the disk, behind the browser's question. */
function onDisk(content: string, permission: PermissionState) {
  const state = { permission, content: content as string | undefined, answer: 'granted' as PermissionState };
  const handle = {
    kind: 'file',
    name: 'a.mp4',
    queryPermission: () => Promise.resolve(state.permission),
    requestPermission: () => Promise.resolve((state.permission = state.answer)),
    getFile() {
      if (state.content === undefined || state.permission !== 'granted') throw new DOMException('No.', 'NotFoundError');
      return Promise.resolve(new File([state.content], 'a.mp4'));
    },
  };
  return { state, handle: handle as unknown as FileSystemFileHandle };
}

const storage = (room?: number) => ({ files: memoryFiles(), now: () => 1, room: () => Promise.resolve(room) });
const file = new File(['12345'], 'a.mp4', { type: 'video/mp4', lastModified: 3 });
const found = async (result: ReturnType<typeof findFile>) => {
  const one = await result;
  return 'file' in one ? one.file.text() : one.missing;
};

test('a file on the disk is found when the person allows it, and not when it changed or went', async () => {
  const deps = storage();
  const { handle, state } = onDisk('12345', 'prompt');
  const kept = await keepFile(deps, file, handle, 'handle');
  expect(deps.files.stored.size).toBe(0);
  expect(await found(findFile(deps.files, kept))).toBe('permission');
  state.answer = 'denied';
  expect(await allowFile(kept)).toBe(false);
  expect(await found(findFile(deps.files, kept))).toBe('name');
  state.answer = 'granted';
  expect(await allowFile(kept)).toBe(true);
  expect(await found(findFile(deps.files, kept))).toBe('12345');
  state.content = 'something else';
  expect(await found(findFile(deps.files, kept))).toBe('name');
  state.content = undefined;
  expect(await found(findFile(deps.files, kept))).toBe('name');
});

test('a copy is preferred for a project, and never takes the room that takes need', async () => {
  const { handle } = onDisk('12345', 'granted');
  expect((await keepFile(storage(), file, handle)).kept.by).toBe('copy');
  expect((await keepFile(storage(1e9), file)).kept.by).toBe('copy');
  expect((await keepFile(storage(1e6), file, handle)).kept.by).toBe('handle');
  expect((await keepFile(storage(1e6), file)).kept).toEqual({ by: 'name', because: 'no-room' });
  const broken = storage();
  broken.files.breakNext = new Error('The disk is broken.');
  await expect(keepFile(broken, file)).rejects.toMatchObject({ code: 'internal' });
  expect(broken.files.stored.size).toBe(0);
});
