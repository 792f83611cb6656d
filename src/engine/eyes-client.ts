/** The eyes as the app sees them: one question, one worker. */
import { buffersOf, type FrameBytes } from '../dsp/frames.ts';
import { AppError, cancelled, type ErrorData } from '../errors.ts';
import type { Sight } from '../model/eyes.ts';
import type { Backend } from './protocol.ts';

export interface EyesRequest {
  /** Where they lie, ending in a slash. */
  readonly folder: string;
  /** Of the model: its runtime is used for them, too, but on the processor. */
  readonly backend: Backend;
  /** RGB bytes [times, size, size, 3], squashed to squares. Handed over: the buffer of an array is detached. */
  readonly rgb: FrameBytes;
  readonly size: number;
  /** Seconds of each picture. */
  readonly times: readonly number[];
  /** Width / height of the pictures before they were squashed. */
  readonly aspect: number;
}

export type EyesReply = { readonly sight: Sight } | { readonly error: ErrorData };

/** Ends at once when the signal is aborted. Rejects with AppError: as for the files of a pack, or as a run of its graphs. */
export function lookWithEyes(signal: AbortSignal, request: EyesRequest): Promise<Sight> {
  if (signal.aborted) return Promise.reject(cancelled());
  const worker = new Worker(new URL('./eyes-worker.ts', import.meta.url), { type: 'module', name: 'eyes' });
  return new Promise<Sight>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(cancelled()), { once: true });
    worker.onmessage = ({ data }: MessageEvent<EyesReply>) => {
      if ('sight' in data) resolve(data.sight);
      else reject(AppError.fromData(data.error));
    };
    worker.onerror = (event) => {
      reject(
        new AppError('engine-crashed', `The eyes stopped working: ${event.message || 'they could not be started'}.`),
      );
    };
    worker.postMessage(request, buffersOf(request.rgb));
  }).finally(() => worker.terminate());
}
