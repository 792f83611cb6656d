/** ONNX Runtime throws plain errors, numbers and strings; here they become errors of the app. */
import { AppError } from '../errors.ts';

const NO_MEMORY =
  /out of memory|bad_alloc|failed to allocate|allocation failed|invalid (typed )?array length|array size too large/i;

/** @param doing what was going on, as in "running audio-embed" */
export function runtimeFailure(thrown: unknown, doing: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof DOMException && thrown.name === 'AbortError') return AppError.from(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const options = { cause: thrown };
  if (/device[^.]{0,40}\blost\b|\blost\b[^.]{0,40}device|instance reference no longer exists/i.test(message)) {
    return deviceLost(thrown);
  }
  if (NO_MEMORY.test(message)) {
    return new AppError(
      'out-of-memory',
      `The memory was not enough (${doing}).`,
      'Close other tabs or use a shorter clip, then try again.',
      options,
    );
  }
  return new AppError(
    'internal',
    `The model failed while ${doing}: ${message}`,
    'Try again; reload the page if it stays.',
    { ...options, values: { detail: message } },
  );
}

/** The GPU is gone: nothing of this worker's sessions can be used any more. */
export function deviceLost(cause: unknown): AppError {
  return new AppError(
    'device-lost',
    'The graphics card was reset while the model ran.',
    'Try again: the model is loaded anew. Close other tabs that use the graphics card if it happens often.',
    { cause },
  );
}
