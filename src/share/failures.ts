/** What can be wrong with a link, as the app's typed errors. */
import { AppError } from '../errors.ts';

/** @param why finishes "The link is damaged: ..." */
export function damaged(why: string, cause?: unknown): AppError {
  return new AppError(
    'link-damaged',
    `The link is damaged: ${why}.`,
    'Copy it again from where it came, or ask for it once more.',
    cause === undefined ? undefined : { cause },
  );
}

export function truncated(have: number, want: number): AppError {
  const percent = Math.floor((100 * have) / Math.max(1, want));
  return new AppError(
    'link-truncated',
    `The link is cut off: ${percent} % of it arrived.`,
    'Some messengers shorten long links. Ask for a shorter one (“chat”), or for the link by mail.',
    { values: { percent } },
  );
}

export function newerVersion(version: number): AppError {
  return new AppError(
    'link-version',
    `The link was made by a newer version of this app (format ${version}).`,
    'Reload the page to get the newest version, then open the link again.',
  );
}

export function tooLarge(message: string, remedy: string): AppError {
  return new AppError('link-too-large', message, remedy);
}

/** A result that is larger than the store takes. */
export function doesNotFit(): AppError {
  return new AppError(
    'link-too-large',
    'This result does not fit into a link of this size.',
    'Choose a larger link, or mark a shorter part.',
    { values: { variant: 'fit' } },
  );
}

/** @param want hash the link was made with, @param have hash of the model of this page */
export function foreignPack(want: string, have: string): AppError {
  return new AppError(
    'link-foreign-pack',
    `The sound of this link needs another model (${want.slice(0, 8)}) than the one of this page (${have.slice(0, 8)}).`,
    'Ask for a “standard” link, which needs no model, or open it on the page where it was made.',
  );
}

/** A stored result that its store no longer has. */
export function gone(): AppError {
  return new AppError(
    'link-gone',
    'What this link points to is no longer there: stored results are deleted after some days.',
    'Ask for a new link.',
  );
}

/** @param why what the store answered */
export function storeFailed(why: string, cause?: unknown): AppError {
  return new AppError(
    'store-failed',
    `The store for large results cannot be used now (${why}).`,
    'Check the connection and try again, or share a link that holds the result itself.',
    { values: { why }, ...(cause === undefined ? {} : { cause }) },
  );
}
