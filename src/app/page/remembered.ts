/** Small choices of a person that outlive the page. A browser that keeps nothing forgets them, and all else works. */

const PREFIX = 'av-link-';

export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    // Storage can be forbidden by the person; then there is nothing to recall.
    return undefined;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // The choice holds for this visit.
  }
}
