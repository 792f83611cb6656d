/** The media layer as a test calls it through the harness page, and what tests measure on what comes out. */

import { writeFileSync } from 'node:fs';
import { expect, type Page, type TestInfo } from '@playwright/test';
import type { TimeSpan } from '../../src/dsp/span.ts';
import type { ClipFraming } from '../../src/media/framing.ts';
import type { Metadata, SoundFormat } from '../../src/media/types.ts';
import type { WantedSound, WantedVideo } from './media.ts';
import { flashTimes, onsetTimes, pictures, sound, type TimedPicture } from './reopen.ts';

export const GRID_FPS = 15.625;
/** Closest that picture and sound must stay, in seconds (DESIGN.md, "Time"). */
export const SYNC = 0.02;

/** The value of an outcome that must be good. */
export function good<T>(outcome: { value?: T; error?: { code: string; message: string }; log?: string }): T {
  expect(outcome.error, `${outcome.error?.message}\n${outcome.log}`).toBeUndefined();
  if (outcome.value === undefined) throw new Error('No value.');
  return outcome.value;
}

export function save(info: TestInfo, name: string, base64: string): string {
  const path = info.outputPath(name);
  writeFileSync(path, Buffer.from(base64, 'base64'));
  return path;
}

export class MediaCalls {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async probe() {
    return good(await this.page.evaluate(() => window.mediaHarness.probe()));
  }

  async frames(fps: number, size: number, range?: TimeSpan) {
    const args = [fps, size, range] as const;
    const outcome = await this.page.evaluate((a) => window.mediaHarness.frames(...a), args);
    const frames = good(outcome);
    return { ...frames, rgb: Buffer.from(frames.rgb, 'base64'), milliseconds: outcome.milliseconds };
  }

  /** Which frames are lit. */
  async lit(fps: number, range?: TimeSpan): Promise<boolean[]> {
    const { rgb, count } = await this.frames(fps, 16, range);
    return Array.from({ length: count }, (_, k) => brightness(rgb, 16, k) > 128);
  }

  async audio(sampleRate: number, options: { channels?: 1 | 2; range?: TimeSpan } = {}): Promise<Float32Array[]> {
    const args = [sampleRate, options] as const;
    const pcm = good(await this.page.evaluate((a) => window.mediaHarness.audio(...a), args));
    return pcm.channels.map((base64) => {
      const samples = new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
      expect(samples.length).toBe(pcm.count);
      return samples;
    });
  }

  async cut(range: TimeSpan) {
    return good(await this.page.evaluate((span) => window.mediaHarness.cut(span), range));
  }

  async exportVideo(sound: WantedSound, options: WantedVideo = {}) {
    const args = [sound, options] as const;
    const outcome = await this.page.evaluate((a) => window.mediaHarness.exportVideo(...a), args);
    return { ...good(outcome), notices: outcome.notices, progress: outcome.progress };
  }

  async planVideo(sound: WantedSound, options: WantedVideo = {}) {
    return good(await this.page.evaluate((a) => window.mediaHarness.planVideo(...a), [sound, options] as const));
  }

  async exportSound(sound: WantedSound, format: SoundFormat, metadata?: Metadata) {
    const args = [sound, format, metadata] as const;
    return good(await this.page.evaluate((a) => window.mediaHarness.exportSound(...a), args));
  }

  async clip(
    frames: { rgb: string; count: number; size: number; fps: number },
    duration: number,
    options: { outputSize?: number; range?: TimeSpan; metadata?: Metadata } = {},
  ) {
    const args = [frames, duration, options] as const;
    return good(await this.page.evaluate((a) => window.mediaHarness.clip(...a), args));
  }

  async frameClip(framing: ClipFraming, metadata?: Metadata) {
    const outcome = await this.page.evaluate((a) => window.mediaHarness.frameClip(...a), [framing, metadata] as const);
    return { ...good(outcome), milliseconds: outcome.milliseconds };
  }

  async filmstrip(count: number, height: number, range?: TimeSpan) {
    const args = [count, height, range] as const;
    const outcome = await this.page.evaluate((a) => window.mediaHarness.filmstrip(...a), args);
    return { ...good(outcome), milliseconds: outcome.milliseconds };
  }

  async still(time: number, height?: number) {
    return good(await this.page.evaluate((a) => window.mediaHarness.still(...a), [time, height] as const));
  }
}

/** Frames that are white where `lit` says so, as `MediaCalls.clip` takes them. */
export function flashFrames(count: number, size: number, lit: (k: number) => boolean) {
  const rgb = Buffer.alloc(count * size * size * 3);
  for (let k = 0; k < count; k++) if (lit(k)) rgb.fill(255, k * size * size * 3, (k + 1) * size * size * 3);
  return { rgb: rgb.toString('base64'), count, size, fps: GRID_FPS };
}

/** The picture on show at `time`: the last one that has appeared, or the first one before anything has. */
export function shownAt(list: readonly TimedPicture[], time: number): TimedPicture {
  const shown = list.findLast((picture) => picture.time <= time + 2e-6) ?? list[0];
  if (shown === undefined) throw new Error('No pictures.');
  return shown;
}

/** Whether frame k of `count`, (k + 0.5) / fps after `start`, shows a lit picture of `list`. */
export function litAt(list: readonly TimedPicture[], count: number, fps: number, start = 0): boolean[] {
  return Array.from({ length: count }, (_, k) => shownAt(list, start + (k + 0.5) / fps).level > 128);
}

/** How far the beeps of an export are from its flashes, and both from where they should be. */
export function offsetOf(path: string, wanted: readonly number[]): number {
  const heard = sound(path, 'own');
  const onsets = onsetTimes(heard.samples, 48_000, heard.start);
  const flashes = flashTimes(pictures(path, 'own'));
  return Math.max(largestDistance(flashes, onsets), largestDistance(wanted, onsets), largestDistance(wanted, flashes));
}

export function brightness(rgb: Buffer, size: number, k: number): number {
  const frame = rgb.subarray(k * size * size * 3, (k + 1) * size * size * 3);
  return frame.reduce((sum, value) => sum + value, 0) / frame.length;
}

export function largestDistance(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBeGreaterThan(0);
  expect(b, `${a.join(' ')} against ${b.join(' ')}`).toHaveLength(a.length);
  return Math.max(...a.map((time, n) => Math.abs(time - (b[n] ?? Infinity))));
}
