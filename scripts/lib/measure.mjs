/** Picture and sound of a file, decoded by the system's ffmpeg into the form in which results are compared. */
import { execFileSync } from 'node:child_process';

/** @param {readonly string[]} args */
export function ffmpeg(args) {
  return execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { maxBuffer: 1 << 29 });
}

/**
 * Mono samples, -1 to 1; sample 0 at presentation time 0.
 * @param {string} path
 * @param {number} sampleRate
 */
export function hear(path, sampleRate) {
  const filter = `aresample=${sampleRate}:async=1:first_pts=0`;
  const raw = ffmpeg(['-i', path, '-map', '0:a:0', '-af', filter, '-ac', '1', '-f', 'f32le', '-']);
  return new Float32Array(new Uint8Array(raw).buffer);
}

/**
 * The first 60 pictures at 15 a second: grey, 192 x 192 pixels each.
 * @param {string} path
 */
export function see(path) {
  const filter = 'fps=15,scale=192:192:flags=bicubic';
  const as = ['-frames:v', '60', '-f', 'rawvideo', '-pix_fmt', 'gray'];
  return ffmpeg(['-i', path, '-map', '0:V:0', '-vf', filter, ...as, '-']);
}
