/**
 * The ffmpeg core with a heartbeat. @ffmpeg/ffmpeg imports this file in its worker in place of the core, whose address
 * stands behind the `#` of ours.
 *
 * The core reports nothing before its first output packet, and ffprobe reports nothing at all: a long search through a
 * file cannot be told from a loop without end. But whatever works reads or writes, so reads and writes are reported too,
 * as progress without a time.
 */

/** Shortest time between two beats, in milliseconds. */
const INTERVAL = 250;

/**
 * `mainScriptUrlOrBlob` begins with the address that @ffmpeg/ffmpeg was given. `import.meta.url` would not do: it has lost
 * what stood behind the `#` when a service worker answered.
 *
 * @param {{ mainScriptUrlOrBlob: string }} options Passed on to the core.
 */
export default async function createCore(options) {
  const [, address = ''] = options.mainScriptUrlOrBlob.split('#');
  const { default: create } = await import(/* @vite-ignore */ decodeURIComponent(address));
  const core = await create(options);
  let last = 0;
  const beat = () => {
    const now = Date.now();
    if (now - last < INTERVAL) return;
    last = now;
    core.progress({ progress: 0, time: NaN });
  };
  const { MEMFS, WORKERFS } = core.FS.filesystems;
  // Every file in memory shares the operations in this table; a mounted file takes them when it is mounted.
  for (const operations of [MEMFS.ops_table.file.stream, WORKERFS.stream_ops]) {
    for (const name of ['read', 'write']) {
      const plain = operations[name];
      operations[name] = (/** @type {unknown[]} */ ...args) => {
        beat();
        return plain(...args);
      };
    }
  }
  return core;
}
