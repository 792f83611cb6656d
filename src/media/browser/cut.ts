/** Where a cut out of the picture would begin, from the container's index. */

import { EncodedPacketSink } from 'mediabunny';
import type { TimeSpan } from '../../dsp/span.ts';
import { cutOfPackets, REORDER, spanOf, type Packet } from '../cut.ts';
import type { Cut } from '../types.ts';
import type { OpenFile } from './file.ts';
import { videoOf, type Advance } from './frames.ts';

/** See `Media.cut`. */
export async function findCut(open: OpenFile, range: TimeSpan, advance: Advance): Promise<Cut> {
  const video = videoOf(open);
  const span = spanOf(open.info, range);
  const sink = new EncodedPacketSink(video.track);
  const zero = open.start + video.shift;
  const options = { metadataOnly: true };
  const from = await sink.getKeyPacket(zero + span.start, options);
  const packets: Packet[] = [];
  for await (const packet of sink.packets(from ?? undefined, undefined, options)) {
    const time = Math.round((packet.timestamp - zero) * 1e6) / 1e6;
    const shown = packet.timestamp >= video.first - 1e-6 && packet.timestamp < video.until;
    packets.push({ time, bytes: packet.byteLength, key: packet.type === 'key', shown });
    advance(0);
    if (time > span.end + REORDER) break;
  }
  return cutOfPackets(packets, span);
}
