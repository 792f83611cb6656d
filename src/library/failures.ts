/** What goes wrong while something is kept, as errors that a person can act on. */
import { AppError } from '../errors.ts';

const FREE_SPACE = 'Delete old projects from the history, or free space on this device, and try again.';

/** Any error of the database or the file store. What was to be stored is still in memory. */
export function storageFailure(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
  if (name === 'QuotaExceededError') {
    return new AppError('storage-full', 'There is no room left in the browser to keep this.', FREE_SPACE, {
      cause: thrown,
    });
  }
  // The connection was given up for a newer version of the app.
  if (name === 'InvalidStateError' || name === 'VersionError') {
    return new AppError(
      'library-unavailable',
      'A newer version of the app is open in another tab and has taken over the history.',
      'Reload this page.',
      { cause: thrown, values: { variant: 'newer' } },
    );
  }
  return AppError.from(thrown);
}

/** The browser refuses to open the database at all. */
export function unavailable(thrown: unknown): AppError {
  const failure = storageFailure(thrown);
  if (failure.code !== 'internal') return failure;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(
    'library-unavailable',
    `This browser does not let the page keep anything: ${detail}`,
    'Everything works, but nothing is kept after the page is closed: download what you want to keep. Private windows often forbid storage.',
    { cause: thrown, values: { detail } },
  );
}

export function gone(what: 'project' | 'take' | 'file'): AppError {
  return new AppError(
    'library-gone',
    `This ${what} is not in the history any more.`,
    'It was deleted, perhaps in another tab.',
    { values: { variant: what } },
  );
}

export function unreadable(problem: 'newer' | 'damaged', detail: string): AppError {
  return problem === 'newer'
    ? new AppError(
        'library-unreadable',
        'This project was saved by a newer version of the app.',
        'Reload the page to get the newer version.',
        { values: { variant: 'newer' } },
      )
    : new AppError(
        'library-unreadable',
        `This project is damaged and cannot be opened (${detail}).`,
        'It can be deleted; the others are not affected.',
        { values: { detail } },
      );
}
