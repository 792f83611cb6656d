/**
 * Keys of commands: written once as `Mod+Shift+Z`, matched against key events on any layout, shown as the machine writes
 * them. `Mod` is Command on a Mac and Control elsewhere. Pure.
 */

/** Modifiers in the order `Mod+Alt+Shift+`, then the key as `KeyboardEvent.key` names it; letters in upper case. */
export type Chord = string;

export type KeyEventLike = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Signs that some layouts reach only with Shift: whether it is held says nothing about them. */
const SIGN = /^[^\p{L}\p{N}\s]$/u;

/** The chord that an event stands for. */
export function chordOf(event: KeyEventLike, mac: boolean): Chord {
  const key = keyOf(event);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  return [
    // Control on a Mac and the Windows key elsewhere belong to the system: a chord with them is none of ours.
    other ? 'Other+' : '',
    mod ? 'Mod+' : '',
    event.altKey ? 'Alt+' : '',
    event.shiftKey && !SIGN.test(key) ? 'Shift+' : '',
    key,
  ].join('');
}

/**
 * The key by what it types, so that a command's letter is where the layout has it; by its place where the layout types
 * no Latin letter (Korean, Greek ...) or Alt turns it into a sign.
 */
function keyOf({ key, code, altKey }: KeyEventLike): string {
  if (key === ' ') return 'Space';
  const placed = /^Key([A-Z])$/.exec(code)?.[1] ?? /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  const latin = /^[A-Za-z0-9]$/.test(key);
  if (placed !== undefined && !latin && (altKey || /^\p{L}$/u.test(key) || key === 'Process')) return placed;
  return key.length === 1 ? key.toUpperCase() : key;
}

const MAC: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };
const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
};

/** As people read it: `⌘K`, `Ctrl+K`. */
export function chordLabel(chord: Chord, mac: boolean): string {
  const parts = partsOf(chord).map((part) => SIGNS[part] ?? part);
  if (mac) return parts.map((part) => MAC[part] ?? (part === 'Enter' ? '↩' : part)).join('');
  return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join('+');
}

/** As `aria-keyshortcuts` wants it. */
export function chordAria(chord: Chord, mac: boolean): string {
  return partsOf(chord)
    .map((part) => (part === 'Mod' ? (mac ? 'Meta' : 'Control') : part))
    .join('+');
}

function partsOf(chord: Chord): string[] {
  // A plus sign may be the key itself.
  return chord.endsWith('+') ? [...chord.slice(0, -1).split('+').filter(Boolean), '+'] : chord.split('+');
}

export function isMac(platform: string = globalThis.navigator?.platform ?? ''): boolean {
  return /mac|iphone|ipad/i.test(platform);
}
