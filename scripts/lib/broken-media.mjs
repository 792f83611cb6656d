/** Small media files of many kinds, and ways of breaking them. The same seed breaks a file the same way. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=96x72:r=25:d=1.2'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=f=330:r=44100:d=1.2'];
const BOTH = [...PICTURE, ...SOUND];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'];

/** Twenty-five files of thirteen containers: name, and how ffmpeg makes it. */
const SEEDS = /** @type {readonly (readonly [string, readonly string[]])[]} */ ([
  ['h264-aac.mp4', [...BOTH, ...H264, '-bf', '2', '-c:a', 'aac']],
  ['index-first.mp4', [...BOTH, ...H264, '-c:a', 'aac', '-movflags', '+faststart']],
  ['fragments.mp4', [...BOTH, ...H264, '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov']],
  ['picture-only.mp4', [...PICTURE, ...H264]],
  ['vp9-opus.mp4', [...BOTH, ...VP9, '-c:a', 'libopus']],
  ['hevc.mp4', [...PICTURE, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error']],
  ['h264-pcm.mov', [...BOTH, ...H264, '-c:a', 'pcm_s16le']],
  ['prores.mov', [...PICTURE, '-c:v', 'prores_ks']],
  ['h264-aac.mkv', [...BOTH, ...H264, '-bf', '2', '-c:a', 'aac']],
  ['vp8-vorbis.mkv', [...BOTH, ...VP8, '-c:a', 'libvorbis']],
  ['h264-flac.mkv', [...BOTH, ...H264, '-c:a', 'flac']],
  ['vp8-opus.webm', [...BOTH, ...VP8, '-c:a', 'libopus']],
  ['vp9.webm', [...PICTURE, ...VP9]],
  ['live.webm', [...BOTH, ...VP8, '-c:a', 'libopus', '-live', '1']],
  ['mpeg4-mp3.avi', [...BOTH, '-c:v', 'mpeg4', '-c:a', 'libmp3lame']],
  ['mjpeg-pcm.avi', [...BOTH, '-c:v', 'mjpeg', '-c:a', 'pcm_s16le']],
  ['h264-aac.ts', [...BOTH, ...H264, '-c:a', 'aac']],
  ['mpeg2.mpg', [...BOTH, '-c:v', 'mpeg2video', '-c:a', 'mp2']],
  ['flv1.flv', [...BOTH, '-c:v', 'flv1', '-c:a', 'libmp3lame']],
  ['wmv2.wmv', [...BOTH, '-c:v', 'wmv2', '-c:a', 'wmav2']],
  ['aac.m4a', [...SOUND, '-c:a', 'aac']],
  ['mp3.mp3', [...SOUND, '-c:a', 'libmp3lame']],
  ['pcm.wav', [...SOUND, '-c:a', 'pcm_s16le', '-ar', '16000']],
  ['vorbis.ogg', [...SOUND, '-c:a', 'libvorbis']],
  ['flac.flac', [...SOUND, '-c:a', 'flac']],
]);

/**
 * Makes the seeds in `folder` with the system's ffmpeg.
 * @param {string} folder that exists
 * @returns {{ name: string, bytes: Buffer }[]}
 */
export function makeSeeds(folder) {
  return SEEDS.map(([name, args]) => {
    const path = join(folder, name);
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-bitexact', ...args, path], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return { name, bytes: readFileSync(path) };
  });
}

/** Numbers from 0 up to 1, the same for the same seed. @param {number} seed @returns {() => number} */
export function randomFrom(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** Sizes and counts that nobody expects. */
const LIES = [0, 1, 7, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];
/** Words of headers that stand for picture and for sound. */
const SWAPS = [
  ['vide', 'soun'],
  ['avc1', 'mp4a'],
  ['vmhd', 'smhd'],
  ['stsz', 'stco'],
  ['stts', 'stss'],
  ['V_VP8', 'A_AAC'],
  ['vids', 'auds'],
  ['strh', 'strf'],
  ['OggS', 'OpgS'],
];

/**
 * Ways of breaking a file. Each is given a copy that it may write to.
 * @type {Readonly<Record<string, (bytes: Buffer, random: () => number) => Buffer>>}
 */
export const BREAKS = {
  bits(bytes, random) {
    const count = 1 + Math.floor(random() ** 2 * 60);
    for (let n = 0; n < count; n++) {
      // Half of them in the first kilobyte, where most headers are.
      const at = Math.floor(random() * (random() < 0.5 ? Math.min(1024, bytes.length) : bytes.length));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    }
    return bytes;
  },
  truncated: (bytes, random) => bytes.subarray(0, Math.floor(random() * bytes.length)),
  lies(bytes, random) {
    const count = 1 + Math.floor(random() * 4);
    for (let n = 0; n < count; n++) {
      const edge = Math.min(2048, bytes.length - 4);
      // Indexes stand at the beginning or at the end.
      const at = random() < 0.6 ? Math.floor(random() * edge) : bytes.length - 4 - Math.floor(random() * edge);
      const lie = LIES[Math.floor(random() * LIES.length)] ?? 0;
      if (random() < 0.7) bytes.writeUInt32BE(lie, at);
      else bytes.writeUInt32LE(lie, at);
    }
    return bytes;
  },
  swapped(bytes, random) {
    let swapped = false;
    for (const [one, other] of SWAPS) {
      const [a, b] = [bytes.indexOf(one ?? ''), bytes.indexOf(other ?? '')];
      if (a < 0 || b < 0 || random() < 0.3) continue;
      bytes.write(other ?? '', a, 'latin1');
      bytes.write(one ?? '', b, 'latin1');
      swapped = true;
    }
    if (swapped) return bytes;
    // Without such words, two stretches change places.
    const length = Math.floor((random() * bytes.length) / 4);
    const from = Math.floor(random() * (bytes.length - length));
    const to = Math.floor(random() * (bytes.length - length));
    const kept = Buffer.from(bytes.subarray(from, from + length));
    bytes.copyWithin(from, to, to + length);
    kept.copy(bytes, to);
    return bytes;
  },
};

/**
 * Number `index` of the broken files of `seed`.
 * @param {readonly { name: string, bytes: Buffer }[]} seeds
 * @param {number} seed @param {number} index
 */
export function brokenFile(seeds, seed, index) {
  const random = randomFrom(seed * 1_000_003 + index);
  const source = seeds[index % seeds.length];
  if (source === undefined) throw new Error('There are no files to break.');
  const kinds = Object.keys(BREAKS);
  const kind = kinds[Math.floor(index / seeds.length) % kinds.length] ?? 'bits';
  const bytes = BREAKS[kind]?.(Buffer.from(source.bytes), random) ?? source.bytes;
  return { name: `${index}-${kind}-${source.name}`, bytes };
}
