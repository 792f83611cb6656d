/** A film strip of key frames, which need no others: there at once, however long the video. */

import { EncodedPacketSink, VideoSampleSink } from 'mediabunny';
import { spanOf } from '../cut.ts';
import type { Filmstrip, LookOptions } from '../types.ts';
import type { OpenFile } from './file.ts';
import { stripOf, videoOf, type Advance } from './frames.ts';
import { PictureReader } from './pictures.ts';

/** Shortest time between two looks at an unfinished strip, in milliseconds. */
const INTERVAL = 150;

/** See `Media.glance`. `onStrip` hears of the strip as it grows: places without a picture yet show the one before. */
export async function glance(
  open: OpenFile,
  options: LookOptions['strip'],
  advance: Advance,
  onStrip: (strip: Filmstrip) => void,
): Promise<Filmstrip> {
  const video = videoOf(open);
  const { start, end } = spanOf(open.info, undefined);
  const strip = stripOf(open, options);
  const packets = new EncodedPacketSink(video.track);
  const zero = open.start + video.shift + start;
  /** Places of the strip by the time of the key frame that they show. */
  const places = new Map<number, number[]>();
  for (let k = 0; k < options.count; k++) {
    const moment = zero + ((k + 0.5) / options.count) * (end - start);
    const key = (await packets.getKeyPacket(moment)) ?? (await packets.getFirstKeyPacket());
    if (key !== null) places.set(key.timestamp, [...(places.get(key.timestamp) ?? []), k]);
    advance(0);
  }
  const times = coarseToFine([...places.keys()]);
  const reader = new PictureReader();
  let [next, shown] = [0, -Infinity];
  for await (const sample of new VideoSampleSink(video.track).samplesAtTimestamps(times)) {
    const time = times[next++] ?? NaN;
    if (sample === null) continue;
    try {
      const pixels = await reader.read(video, sample, strip.size);
      for (const k of places.get(time) ?? []) strip.put(k, pixels);
    } finally {
      sample.close();
    }
    advance(next / times.length);
    if (performance.now() - shown < INTERVAL || next === times.length) continue;
    onStrip(await strip.finish());
    shown = performance.now();
  }
  return strip.finish();
}

/** The first, the middle one, those in the middle of the halves and so on: few of them already show the whole. */
function coarseToFine(times: readonly number[]): number[] {
  const found: number[] = [];
  for (let step = 2 ** Math.ceil(Math.log2(Math.max(1, times.length))); step >= 1; step /= 2) {
    for (let n = 0; n < times.length; n += step) {
      const time = times[n];
      if (time !== undefined && !found.includes(time)) found.push(time);
    }
  }
  return found;
}
