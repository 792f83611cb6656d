/** What a track's packets say together: when it starts and ends, how many pictures a second, how large they are. */

import { EncodedPacketSink, type InputTrack } from 'mediabunny';
import { Declined } from './declined.ts';

export interface TrackPackets {
  /** Presentation time of the first picture that is shown, in seconds on the file's own clock. */
  readonly first: number;
  /** As ffmpeg has it: the index may state less than the last picture's end, where one is missing. */
  readonly end: number;
  /** Pictures per second on average; 0 where that is not known. */
  readonly fps: number;
  readonly bitRate: number | undefined;
}

/** Enough to tell a rate. */
const SOME = 256;
/** Time before the start of a track that rounding may cause, in seconds. */
const ROUNDING = 1e-6;

/**
 * `counted`: the container has an index of all packets, which costs next to nothing to read. `fileSize` in bytes: an index
 * that states more than the file can hold would be read for hours.
 */
export async function packetsOf(track: InputTrack, counted: boolean, fileSize: number): Promise<TrackPackets> {
  const sink = new EncodedPacketSink(track);
  let [first, bytes, count, seconds] = [Infinity, 0, 0, 0];
  let latest = -Infinity;
  for await (const packet of sink.packets(undefined, undefined, { metadataOnly: true })) {
    count++;
    bytes += packet.byteLength;
    seconds += packet.duration;
    if (bytes > fileSize || count > fileSize) throw new Declined('an index beyond the file');
    if (packet.timestamp >= -ROUNDING) first = Math.min(first, packet.timestamp);
    latest = Math.max(latest, packet.timestamp);
    if (!counted && count >= SOME) break;
  }
  // The last packet with its data: a file that breaks off lacks it.
  const last = await sink.getPacket(Infinity);
  if (last === null || last.timestamp < latest || !Number.isFinite(first)) throw new Declined('packets are missing');
  const fps = seconds > 0 ? count / seconds : 0;
  if (!counted) return { first, end: last.timestamp + last.duration, fps, bitRate: undefined };
  return { first, end: first + seconds, fps, bitRate: seconds > 0 ? (8 * bytes) / seconds : undefined };
}
