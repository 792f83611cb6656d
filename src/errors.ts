/**
 * The typed errors every layer uses. `code` is stable (tests and the UI branch on it), `message` is a sentence for a
 * person that says what happened, and `remedy` says what to do about it. They cross worker borders as plain data.
 */

export const ERROR_CODES = [
  // input files
  'not-media', // no decoder recognises the file
  'empty-file',
  'truncated', // recognised, but broken off or undecodable inside
  'no-video-track',
  'no-audio-track',
  'zero-length',
  'too-long',
  'unsupported-codec', // recognised, but the decoder lacks it
  'too-large',
  'too-many-hits', // more than a timing holds
  // pack
  'pack-missing',
  'pack-invalid', // the manifest does not validate
  'pack-html', // a web page came back instead of the file
  'pack-hash',
  'pack-network',
  'timing-missing', // asked for timing of a pack that has none
  // hits in files
  'hits-unreadable', // no file of hits, or damaged
  'microphone', // denied, missing, busy, silent
  'hits-none', // a file of hits without any
  'hits-alone', // values: name, count
  // device
  'no-webgpu',
  'no-backend',
  'golden-failed',
  'out-of-memory',
  'device-lost',
  // library
  'storage-full',
  'library-unavailable', // the browser keeps nothing, or another tab runs a newer version
  'library-gone', // deleted meanwhile, perhaps in another tab
  'library-unreadable', // a record that is damaged or of a newer version
  'batch-elsewhere', // another tab works on the queue
  'file-needed', // the person has to choose the file again
  // shared links
  'link-damaged', // not a link of this app, or changed on the way
  'link-truncated', // cut off, as messengers do with long ones
  'link-version', // made by a newer version
  'link-too-large', // the result does not fit, or the link holds more than is allowed
  'link-foreign-pack', // its sound needs another model than this page has
  'link-gone', // the store has deleted what it points to
  'store-failed', // the store for large results does not answer, or not as agreed
  // work
  'cancelled',
  'busy',
  'keep-mismatch', // latents to keep that are not of a take of the same task and duration
  'no-source', // asked to generate without a file
  'engine-crashed',
  'media-crashed',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Concrete facts of a message, for its words in another language. */
export type Values = Readonly<Record<string, string | number>>;

export interface ErrorData {
  readonly code: ErrorCode;
  readonly name: string;
  readonly message: string;
  readonly remedy: string;
  /** `variant` tells apart the messages of one code; the rest are what they name. */
  readonly values?: Values;
  readonly stack?: string;
}

export interface AppErrorOptions extends ErrorOptions {
  readonly values?: Values;
}

export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly values: Values | undefined;

  constructor(code: ErrorCode, message: string, remedy = '', options?: AppErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
    this.values = options?.values;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      name: this.name,
      message: this.message,
      remedy: this.remedy,
      ...(this.values === undefined ? {} : { values: this.values }),
      ...(this.stack === undefined ? {} : { stack: this.stack }),
    };
  }

  static fromData(data: ErrorData): AppError {
    const error = new AppError(data.code, data.message, data.remedy, data.values && { values: data.values });
    if (data.stack !== undefined) error.stack = data.stack;
    return error;
  }

  /** Any thrown value as an AppError; an abort becomes `cancelled`, the unknown becomes `internal`. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return cancelled();
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new AppError(
      'internal',
      `Something went wrong inside the app: ${message}`,
      'Try again; reload the page if it stays.',
      { cause: thrown, values: { detail: message } },
    );
  }
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'Cancelled.', '');
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}
