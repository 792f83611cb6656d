/**
 * `node scripts/fixtures.mjs`: makes the small media files in e2e/fixtures/media/ with the system's ffmpeg (Debian package
 * `ffmpeg`). The files are committed; run this only to change them.
 *
 * The flash files are black and turn white for two frames about once a second, so a test can measure when the picture
 * changes and put a beep there.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OUT = join(import.meta.dirname, '../e2e/fixtures/media');
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

const at = (/** @type {string} */ name) => join(OUT, name);
/** @param {string[]} args */
function ffmpeg(...args) {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-bitexact', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}
/** Cuts `name` to its first `share` (0..1) and stores it as `target`. */
function cut(/** @type {string} */ name, /** @type {string} */ target, /** @type {number} */ share) {
  const bytes = readFileSync(at(name));
  writeFileSync(at(target), bytes.subarray(0, Math.floor(bytes.length * share)));
}

const H264 = ['-c:v', 'libx264', '-preset', 'medium', '-crf', '30', '-pix_fmt', 'yuv420p', '-bf', '2'];
const AAC = ['-c:a', 'aac', '-b:a', '48k'];
const FAST = ['-movflags', '+faststart'];
const TONE = (/** @type {number} */ seconds) => ['-f', 'lavfi', '-i', `sine=f=220:r=44100:d=${seconds}`];

/** Black with a faint moving texture (real codecs get real work) and a white flash for 2 frames every `period` frames. */
function flash(/** @type {string | number} */ fps, /** @type {number} */ period, seconds = 5, size = '160x120') {
  const lit = `gte(n,3)*lt(mod(n-3,${period}),2)`;
  const picture = `testsrc2=s=${size}:r=${fps}:d=${seconds},eq=brightness=-0.45:contrast=0.3`;
  return ['-f', 'lavfi', '-i', `${picture},drawbox=c=white:t=fill:enable='${lit}'`];
}

// Frame rates that do not divide the model's grid; 3 + k * period frames is never a whole second.
ffmpeg(...flash(15, 14), ...TONE(5), ...H264, ...AAC, ...FAST, '-shortest', at('flash-15.mp4'));
ffmpeg(...flash('43/2', 20), ...TONE(5), ...H264, ...AAC, ...FAST, '-shortest', at('flash-21.5.mp4'));
ffmpeg(...flash('123/5', 23), ...TONE(5), ...H264, ...AAC, ...FAST, '-shortest', at('flash-24.6.mp4'));
ffmpeg(...flash('30000/1001', 28), ...TONE(5), ...H264, ...AAC, ...FAST, '-shortest', at('flash-29.97.mp4'));
// Variable rate: frame times wander by up to 18 ms around 25 fps, and a third of a second has no frame at all.
const WANDER = `setpts='(N/25+0.018*sin(N*1.7)+0.018+0.33*gte(N\\,60))/TB'`;
const VFR = ['-filter_complex', `[0:v]settb=1/90000,${WANDER}[v]`, '-map', '[v]', '-map', '1:a', '-fps_mode', 'vfr'];
const VFR_TIME = ['-enc_time_base', '1/90000', '-video_track_timescale', '90000'];
ffmpeg(...flash(25, 24), ...TONE(5.36), ...VFR, ...VFR_TIME, ...H264, ...AAC, ...FAST, at('flash-vfr.mp4'));
ffmpeg('-i', at('flash-vfr.mp4'), '-c', 'copy', at('flash-vfr.mkv'));

// Tracks that do not start together, and a cut that begins between key frames (an edit list hides the rest).
ffmpeg('-itsoffset', '0.6', '-i', at('flash-24.6.mp4'), '-i', at('flash-24.6.mp4'), '-map', '0:v', '-map', '1:a',
  '-c', 'copy', at('late-picture.mp4')); // prettier-ignore
ffmpeg('-i', at('flash-24.6.mp4'), '-itsoffset', '0.6', '-i', at('flash-24.6.mp4'), '-map', '0:v', '-map', '1:a',
  '-c', 'copy', at('late-sound.mp4')); // prettier-ignore
ffmpeg('-ss', '1.37', '-i', at('flash-24.6.mp4'), '-c', 'copy', at('edit-list.mp4'));

// Other containers and codecs.
ffmpeg('-i', at('flash-15.mp4'), '-c', 'copy', '-t', '3', '-f', 'mpegts', at('stream.mpegts'));
ffmpeg('-i', at('flash-15.mp4'), '-t', '3', '-c:v', 'libvpx', '-crf', '40', '-b:v', '80k', '-c:a', 'libopus', '-b:a', '24k', at('vp8.webm')); // prettier-ignore
ffmpeg('-i', at('flash-15.mp4'), '-t', '3', '-c:v', 'libvpx-vp9', '-crf', '45', '-b:v', '0', '-an', at('vp9-picture-only.webm')); // prettier-ignore
ffmpeg('-i', at('flash-15.mp4'), '-t', '3', '-c:v', 'libx265', '-x265-params', 'log-level=error', '-crf', '34', '-tag:v', 'hvc1', ...AAC, at('hevc.mov')); // prettier-ignore
ffmpeg('-i', at('flash-15.mp4'), '-t', '3', '-c:v', 'msmpeg4v2', '-q:v', '12', '-c:a', 'libmp3lame', '-b:a', '48k', at('msmpeg4.avi')); // prettier-ignore
ffmpeg('-i', at('flash-15.mp4'), '-t', '3', '-c:v', 'mpeg4', '-bf', '2', '-q:v', '12', '-c:a', 'libmp3lame', '-b:a', '48k', at('mpeg4.avi')); // prettier-ignore
ffmpeg('-i', at('flash-15.mp4'), '-t', '2', '-c:v', 'libaom-av1', '-cpu-used', '8', '-crf', '50', '-an', at('av1.mp4'));
// A live recording written to a pipe knows no duration.
writeFileSync(
  at('live.webm'),
  execFileSync('ffmpeg', ['-v', 'error', '-i', at('vp8.webm'), '-c', 'copy', '-f', 'webm', '-live', '1', '-']),
);

// A phone held upright: stored on its side, with the turn in the metadata. Upright it is red above blue, a green corner
// at the top left.
const UPRIGHT =
  'color=c=red:s=120x160:r=30:d=2,drawbox=y=80:h=80:c=blue:t=fill,drawbox=w=40:h=40:c=lime:t=fill,setsar=1';
for (const { turn, stored } of [
  { turn: 90, stored: 'transpose=cclock' },
  { turn: 270, stored: 'transpose=clock' },
  { turn: 180, stored: 'hflip,vflip' },
]) {
  ffmpeg('-f', 'lavfi', '-i', `${UPRIGHT},${stored}`, ...TONE(2), ...H264, ...AAC, at('stored.mp4'));
  // ffmpeg 5.1 reads this tag counter-clockwise.
  ffmpeg('-i', at('stored.mp4'), '-c', 'copy', '-metadata:s:v:0', `rotate=${360 - turn}`, at(`rotated-${turn}.mp4`));
}
rmSync(at('stored.mp4'));
ffmpeg(...flash(30, 27, 2, '3840x2160'), ...TONE(2), ...H264, '-crf', '48', ...AAC, at('4k.mp4'));

// Sound only, with and without a cover.
ffmpeg(...TONE(3), '-c:a', 'pcm_s16le', '-ar', '16000', at('sound.wav'));
ffmpeg(...TONE(3), '-c:a', 'flac', '-ar', '16000', at('sound.flac'));
ffmpeg(...TONE(3), '-c:a', 'libmp3lame', '-b:a', '48k', at('sound.mp3'));
ffmpeg(...TONE(3), ...AAC, at('sound.m4a'));
const COVER = ['-f', 'lavfi', '-i', 'color=c=orange:s=64x64:d=1', '-frames:v', '1', '-c:v', 'mjpeg'];
ffmpeg(...COVER, at('cover.jpg'));
for (const kind of ['mp3', 'm4a']) {
  ffmpeg('-i', at(`sound.${kind}`), '-i', at('cover.jpg'), '-map', '0', '-map', '1', '-c', 'copy',
    '-disposition:v:0', 'attached_pic', at(`cover.${kind}`)); // prettier-ignore
}
// A beep at 0.5 s and 1.7 s behind 0.4 s without any packet.
const BEEPS = `aevalsrc='0.8*sin(2*PI*1000*t)*(between(t,0.5,0.6)+between(t,1.7,1.8))':s=48000:d=2.4`;
ffmpeg('-f', 'lavfi', '-i', BEEPS, '-ac', '2', ...AAC, at('beeps.m4a'));
ffmpeg('-f', 'lavfi', '-i', BEEPS, '-c:a', 'libmp3lame', '-b:a', '64k', at('beeps.mp3'));
ffmpeg('-f', 'lavfi', '-i', BEEPS, '-ac', '2', '-c:a', 'libopus', '-b:a', '32k', at('beeps.ogg'));
// The same beeps behind a picture.
ffmpeg('-i', at('flash-15.mp4'), '-f', 'lavfi', '-i', BEEPS, '-map', '0:v', '-map', '1:a', '-c:v', 'copy', ...AAC, '-shortest', at('beeps.mp4')); // prettier-ignore

// Files to refuse.
writeFileSync(at('empty.mp4'), '');
writeFileSync(at('text.mp4'), 'Dear diary, today I renamed a text file and hoped for the best.\n'.repeat(40));
ffmpeg('-i', at('flash-24.6.mp4'), '-c', 'copy', at('index-last.mp4'));
cut('index-last.mp4', 'truncated-no-index.mp4', 0.6);
rmSync(at('index-last.mp4'));
cut('flash-24.6.mp4', 'truncated-data.mp4', 0.5);
cut('flash-vfr.mkv', 'truncated.mkv', 0.5);
cut('sound.flac', 'truncated.flac', 0.4);
scramble('flash-24.6.mp4', 'damaged.mp4');
ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '0', '-c:a', 'pcm_s16le', at('zero-length.wav'));
ffmpeg('-f', 'lavfi', '-i', 'color=s=16x16:r=1:d=601', ...H264, ...FAST, at('601-seconds.mp4'));
ffmpeg('-f', 'lavfi', '-i', 'color=s=16x16:r=1:d=599', ...H264, ...FAST, at('599-seconds.mp4'));

/** Keeps the index and overwrites every picture and sound with noise. */
function scramble(/** @type {string} */ name, /** @type {string} */ target) {
  const bytes = readFileSync(at(name));
  const data = bytes.indexOf('mdat') + 4;
  let state = 1;
  for (let i = data; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  writeFileSync(at(target), bytes);
}
