import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppError } from '../errors.ts';
import { canPickFolder, uniqueNames, writeInto, zipBlob, zipOf } from './collect.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'collect-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const noise = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * 2654435761) >>> 24);

test('names are kept, and none is there twice for any file system', () => {
  expect(uniqueNames(['a.mp4', 'b.mp4', 'a.mp4', 'A.MP4', 'a (2).mp4'])).toEqual([
    'a.mp4',
    'b.mp4',
    'a (2).mp4',
    'A (3).MP4',
    'a (2) (2).mp4',
  ]);
  expect(uniqueNames(['\u00e9.wav', 'e\u0301.wav', 'none', 'none', '.hidden', '.hidden'])).toEqual([
    '\u00e9.wav',
    'e\u0301 (2).wav',
    'none',
    'none (2)',
    '.hidden',
    '.hidden (2)',
  ]);
  expect(uniqueNames(['a.mp4'], ['A.mp4', 'a (2).mp4'])).toEqual(['a (3).mp4']);
});

test('another tool reads the ZIP: names in any script, the bytes, no damage', async () => {
  const files = [
    { name: '드럼-foley-7.mp4', blob: new Blob([noise(100_000)], { type: 'video/mp4' }) },
    { name: 'drums.wav', blob: new Blob([noise(3)]) },
    { name: 'drums.wav', blob: new Blob([noise(4)]) },
    { name: 'empty.wav', blob: new Blob([]) },
  ];
  const path = join(folder, 'takes.zip');
  const zip = await zipBlob(files);
  expect([zip.type, zip.size]).toEqual(['application/zip', zipOf(files).bytes]);
  writeFileSync(path, new Uint8Array(await zip.arrayBuffer()));
  const script = `
import json, sys, zipfile, zlib
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, i.file_size, zlib.crc32(z.read(i)), bool(i.flag_bits & 0x800)] for i in z.infolist()]))
`;
  const read = JSON.parse(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' })) as unknown[][];
  expect(read.map(([name, size, , utf8]) => [name, size, utf8])).toEqual([
    ['드럼-foley-7.mp4', 100_000, true],
    ['drums.wav', 3, true],
    ['drums (2).wav', 4, true],
    ['empty.wav', 0, true],
  ]);
  execFileSync('python3', ['-m', 'zipfile', '-e', path, folder]);
  expect(new Uint8Array(readFileSync(join(folder, '드럼-foley-7.mp4')))).toEqual(noise(100_000));
});

test('the ZIP is made as it is read: what has not been read has not been opened', async () => {
  let opened = 0;
  const counting = (name: string) => {
    const blob = new Blob([noise(1000)]);
    const stream = blob.stream.bind(blob);
    return { name, blob: Object.assign(blob, { stream: () => (opened++, stream()) }) };
  };
  const reader = zipOf(Array.from({ length: 20 }, (_, i) => counting(`${i}.wav`))).stream.getReader();
  await reader.read();
  expect(opened).toBeLessThan(5);
  await reader.cancel();
});

/** A folder in memory that behaves as the browser's: nothing is in a file until its stream is closed. */
function memoryFolder(there: Record<string, string> = {}, room = Infinity) {
  const content = new Map(Object.entries(there));
  const handle = {
    async *keys() {
      await Promise.resolve();
      yield* [...content.keys()];
    },
    getFileHandle(name: string) {
      content.set(name, content.get(name) ?? '');
      return Promise.resolve({
        createWritable() {
          let text = '';
          const decoder = new TextDecoder();
          return Promise.resolve(
            new WritableStream<Uint8Array>({
              write(chunk) {
                text += decoder.decode(chunk);
                if (text.length > room) throw new DOMException('Full.', 'QuotaExceededError');
              },
              close: () => void content.set(name, text),
            }),
          );
        },
      });
    },
    removeEntry: (name: string) => Promise.resolve(void content.delete(name)),
  };
  return { content, handle: handle as unknown as FileSystemDirectoryHandle };
}

const never = () => new AbortController().signal;

test('a folder gets every file beside what is in it', async () => {
  const { content, handle } = memoryFolder({ 'a.mp4': 'mine' });
  const files = [
    { name: 'a.mp4', blob: new Blob(['one']) },
    { name: 'b.mp4', blob: new Blob(['two']) },
  ];
  const written: number[] = [];
  expect(await writeInto(never(), handle, files, (n) => written.push(n))).toEqual(['a (2).mp4', 'b.mp4']);
  expect(written).toEqual([1, 2]);
  expect(Object.fromEntries(content)).toEqual({ 'a.mp4': 'mine', 'a (2).mp4': 'one', 'b.mp4': 'two' });
});

test('a full disk or a stop leaves whole files and no half ones', async () => {
  const { content, handle } = memoryFolder({}, 3);
  const files = ['one', 'longer', 'end'].map((text) => ({ name: `${text}.mp4`, blob: new Blob([text]) }));
  await expect(writeInto(never(), handle, files)).rejects.toMatchObject({ code: 'storage-full' });
  expect(Object.fromEntries(content)).toEqual({ 'one.mp4': 'one' });

  const stopped = memoryFolder();
  const abort = new AbortController();
  const work = writeInto(abort.signal, stopped.handle, files, () => abort.abort());
  await expect(work).rejects.toSatisfy((error: AppError) => error.code === 'cancelled');
  expect([...stopped.content.keys()]).toEqual(['one.mp4']);
});

test('a browser without folders says so', () => {
  expect(canPickFolder()).toBe(false);
});
