/** The media layer's ffmpeg session, run by the system's ffmpeg instead of ffmpeg.wasm: for measurements without a browser. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param {string} file what INPUT stands for
 * @param {string} INPUT
 */
export function nodeSession(file, INPUT) {
  const folder = mkdtempSync(join(tmpdir(), 'share-'));
  /** @param {string} name */
  const path = (name) => join(folder, name);
  return {
    /** @param {readonly string[]} args */
    exec(args) {
      const real = args.map((arg) => (arg === INPUT ? file : arg));
      const { status, stderr } = spawnSync('ffmpeg', ['-nostdin', '-hide_banner', '-y', ...real], {
        maxBuffer: 1 << 28,
      });
      return Promise.resolve({ ok: status === 0, log: stderr.toString().split('\n') });
    },
    ffprobe: () => Promise.reject(new Error('Not needed here.')),
    /** @param {string} name @param {Uint8Array} data */
    write(name, data) {
      writeFileSync(path(name), data);
      return Promise.resolve(path(name));
    },
    path,
    /** @param {string} from */
    take(from) {
      return Promise.resolve(Uint8Array.from(existsSync(from) ? readFileSync(from) : []));
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
