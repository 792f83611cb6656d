/** Opens media files with the system's ffmpeg, independent of the code under test, and measures what is in them. */

import { execFileSync, spawnSync } from 'node:child_process';

export interface ProbedStream {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly pix_fmt?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly duration?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

export function probeFile(path: string): { streams: ProbedStream[]; format: { duration: string; tags?: object } } {
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', path];
  return JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' })) as ReturnType<typeof probeFile>;
}

/** Keeps ffmpeg from moving time 0 of broadcast streams to the first of the tracks it is asked for. */
const ZERO_BASED = ['-itsoffset', '0.000001'];

export interface TimedPicture {
  /** Presentation time in seconds. */
  readonly time: number;
  /** Mean brightness, 0..255. */
  readonly level: number;
}

/**
 * Every picture of the file. `own` keeps the container's own clock (what a player sees in an MP4); otherwise time 0 is
 * the earliest start of any track.
 */
export function pictures(path: string, clock: 'own' | 'zero-based'): TimedPicture[] {
  const copyts = clock === 'own' ? ['-copyts'] : ZERO_BASED;
  const filter = 'scale=8:8:flags=area,format=gray,showinfo';
  const args = [
    ...copyts,
    '-i',
    path,
    '-map',
    '0:V:0',
    '-vf',
    filter,
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-',
  ];
  const { stdout, log } = ffmpeg(args);
  const times = [...log.matchAll(/\bn: *\d+ .*?pts_time:(-?[\d.]+)/g)].map((match) => Number(match[1]));
  return times.map((time, n) => {
    const picture = stdout.subarray(n * 64, (n + 1) * 64);
    return { time, level: picture.reduce((sum, value) => sum + value, 0) / picture.length };
  });
}

/** Times at which the picture turns white. */
export function flashTimes(list: readonly TimedPicture[]): number[] {
  return list.filter(({ level }, n) => level > 128 && (list[n - 1]?.level ?? 0) <= 128).map(({ time }) => time);
}

/** The sound as mono at 48 kHz, on the container's own or a zero-based clock, with the time of its first sample. */
export function sound(path: string, clock: 'own' | 'zero-based'): { start: number; samples: Float32Array } {
  const copyts = clock === 'own' ? ['-copyts'] : ZERO_BASED;
  const args = [...copyts, '-i', path, '-map', '0:a:0', '-af', 'ashowinfo,aresample=48000', '-ac', '1'];
  const { stdout, log } = ffmpeg([...args, '-f', 'f32le', '-']);
  const samples = new Float32Array(new Uint8Array(stdout).buffer);
  return { start: Number(/pts_time:(-?[\d.]+)/.exec(log)?.[1] ?? Number.NaN), samples };
}

/** Times (seconds) at which a loud passage begins after at least 0.1 s of quiet. */
export function onsetTimes(samples: Float32Array, sampleRate: number, start = 0): number[] {
  const onsets: number[] = [];
  let quietSince = -Infinity;
  samples.forEach((value, n) => {
    if (Math.abs(value) < 0.2) return;
    if (n - quietSince > 0.1 * sampleRate) onsets.push(start + n / sampleRate);
    quietSince = n;
  });
  return onsets;
}

/** Integrated loudness (LUFS) and true peak (dBTP) of the sound, by ffmpeg's own meter (EBU R128). */
export function loudnessOf(path: string): { readonly lufs: number; readonly truePeak: number } {
  const { log } = ffmpeg(['-i', path, '-map', '0:a:0', '-af', 'ebur128=peak=true', '-f', 'null', '-']);
  const summary = log.slice(log.lastIndexOf('Summary'));
  const read = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? Number.NaN);
  return { lufs: read(/\bI:\s+(\S+) LUFS/), truePeak: read(/Peak:\s+(\S+) dBFS/) };
}

/** Fingerprint of the coded video packets, independent of the container's bookkeeping. */
export function videoMd5(path: string): string {
  return packetsMd5(path, 'V:0');
}

/** The same of any one track, by ffmpeg's specifier (`a:0`). */
export function packetsMd5(path: string, track: string): string {
  const args = ['-v', 'error', '-i', path, '-map', `0:${track}`, '-c', 'copy', '-f', 'md5', '-'];
  return execFileSync('ffmpeg', args, { encoding: 'utf8' }).trim();
}

function ffmpeg(args: readonly string[]): { stdout: Buffer; log: string } {
  const all = ['-hide_banner', '-nostats', ...args];
  const { status, stdout, stderr } = spawnSync('ffmpeg', all, { maxBuffer: 1 << 29 });
  const log = stderr.toString();
  if (status !== 0) throw new Error(`ffmpeg ${all.join(' ')}\n${log}`);
  return { stdout, log };
}
