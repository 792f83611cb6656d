/** Media of any length, made with the system's ffmpeg where a test needs them. */

import { execFileSync } from 'node:child_process';

function ffmpeg(args: readonly string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args]);
}

/** A moving test picture with a tone, H.264 and AAC. */
export function makeVideo(path: string, seconds: number, fps = '25'): string {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=160x120:r=${fps}:d=${seconds}`];
  const tone = ['-f', 'lavfi', '-i', `sine=f=220:r=44100:d=${seconds}`];
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-t',
    String(seconds),
  ];
  ffmpeg([...picture, ...tone, ...coding, path]);
  return path;
}

/** A tone that beats twice a second, as WAV. */
export function makeSound(path: string, seconds: number): string {
  ffmpeg(['-f', 'lavfi', '-i', `sine=f=330:r=22050:d=${seconds}`, '-af', 'tremolo=f=2:d=0.9', path]);
  return path;
}
