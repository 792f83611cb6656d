/** Runs mediabunny and the browser's decoders off the main thread. See protocol.ts. */

import { Logging, LogLevel } from 'mediabunny';
import { AppError } from '../../errors.ts';
import { copyVideo, writeM4a } from './copy.ts';
import { findCut } from './cut.ts';
import { openFile, type OpenFile } from './file.ts';
import { glance } from './glance.ts';
import { decodeFrames, filmstrip, look, still, type Advance } from './frames.ts';
import { buffersOf as buffersOfFrames } from '../../dsp/frames.ts';
import type { Look, SeenFrames } from '../types.ts';
import type { Reply, Request } from './protocol.ts';
import { decodeAudio } from './sound.ts';

// What it would warn of makes files be left to ffmpeg.
Logging.level = LogLevel.Silent;

/** Shortest time between two words of progress, in milliseconds. */
const INTERVAL = 50;

/** The file of the last call, which is most likely that of the next one. */
let last: { key: number; open: OpenFile } | undefined;

self.onmessage = ({ data }: MessageEvent<Request>) => void answer(data);

async function answer(request: Request): Promise<void> {
  try {
    const value = await perform(request, throttled());
    const reply: Reply = { kind: 'done', value };
    self.postMessage(reply, { transfer: buffersOf(value) });
  } catch (thrown) {
    const reply: Reply =
      thrown instanceof AppError
        ? { kind: 'failed', error: thrown.toData() }
        : { kind: 'declined', reason: thrown instanceof Error ? thrown.message : String(thrown) };
    self.postMessage(reply);
  }
}

async function perform(request: Request, advance: Advance): Promise<unknown> {
  if (request.call === 'm4a') return writeM4a(request.options.sound, request.options.metadata, advance);
  const open = await opened(request.key, request.file);
  switch (request.call) {
    case 'probe':
      return open.info;
    case 'frames':
      return decodeFrames(open, request.options, advance);
    case 'audio':
      return decodeAudio(open, request.options, advance);
    case 'filmstrip':
      return filmstrip(open, request.options, advance);
    case 'look':
      return look(open, request.options, advance);
    case 'glance':
      return glance(open, request.options, advance, (value) => {
        self.postMessage({ kind: 'partial', value } satisfies Reply);
      });
    case 'still':
      return still(open, request.options.time, request.options.height, advance);
    case 'cut':
      return findCut(open, request.options.range, advance);
    case 'copy':
      return copyVideo(open, request.file.size, request.options, advance);
  }
}

async function opened(key: number, file: File): Promise<OpenFile> {
  if (last?.key === key) return last.open;
  last?.open.input.dispose();
  last = undefined;
  const open = await openFile(file);
  last = { key, open };
  return open;
}

function throttled(): Advance {
  let told = -Infinity;
  return (fraction) => {
    const now = performance.now();
    if (now - told < INTERVAL && fraction < 1) return;
    told = now;
    self.postMessage({ kind: 'progress', fraction } satisfies Reply);
  };
}

/** Large results are handed over, not copied. */
function buffersOf(value: unknown): Transferable[] {
  const {
    rgb = undefined,
    channels,
    frames,
  } = (value ?? {}) as Partial<SeenFrames & Look> & { channels?: readonly Float32Array[] };
  const pixels = rgb ?? frames?.rgb;
  return [
    ...(pixels ? buffersOfFrames(pixels) : []),
    ...(channels ?? []).map(({ buffer }) => buffer),
  ] as Transferable[];
}
