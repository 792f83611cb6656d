import { describe, expect, it } from 'vitest';
import { CoreSession, SCRATCH } from './session.ts';
import type { WatchedCore } from './watched-core.ts';

/** A core that is nothing but its file system; every command writes the file named last. */
function fakeCore() {
  const files = new Map<string, Uint8Array>();
  const core = {
    listen: () => () => {},
    exec: (args: string[]) => {
      files.set(args.at(-1)!, Uint8Array.of(1));
      return Promise.resolve(0);
    },
    writeFile: (path: string, data: Uint8Array) => Promise.resolve(void files.set(path, data)),
    readFile: (path: string) => Promise.resolve(files.get(path)),
    deleteFile: (path: string) => Promise.resolve(files.delete(path)),
    listDir: () =>
      Promise.resolve([...files.keys()].map((path) => ({ name: path.slice(SCRATCH.length + 1), isDir: false }))),
  };
  return { core: core as unknown as WatchedCore, files };
}

describe('CoreSession', () => {
  it('leaves no file behind: taken, written and never taken, or never made', async () => {
    const { core, files } = fakeCore();
    const session = new CoreSession(core);
    await session.write('sound.f32', new Uint8Array(4));
    await session.exec(['-i', 'x', session.path('cover.jpg')]);
    const out = session.path('out.mp4');
    await session.exec(['-i', 'x', out]);
    session.path('never.txt');
    expect(await session.take(out)).toEqual(Uint8Array.of(1));
    expect([...files.keys()]).toEqual([`${SCRATCH}/sound.f32`, `${SCRATCH}/cover.jpg`]);
    await session.clean();
    expect(files.size).toBe(0);
  });
});
