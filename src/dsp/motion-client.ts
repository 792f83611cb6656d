/** `findMotion` in a worker of its own, which lives as long as the question. */
import { cancelled } from '../errors.ts';
import { buffersOf } from './frames.ts';
import type { Motion, MotionFrames } from './motion.ts';

/** Frames in an array are handed over: their buffer is detached. Rejects with AppError `cancelled`, or with what the worker threw. */
export function findMotionInWorker(signal: AbortSignal, frames: MotionFrames): Promise<Pick<Motion, 'onsets'>> {
  const worker = new Worker(new URL('./motion-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Pick<Motion, 'onsets'>>((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    signal.addEventListener('abort', () => reject(cancelled()), { once: true });
    worker.onmessage = ({ data }: MessageEvent<readonly number[]>) => resolve({ onsets: data });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(frames, buffersOf(frames.rgb));
  }).finally(() => worker.terminate());
}
