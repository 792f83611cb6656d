/**
 * The interface's languages and the one place where texts are declared: a file an area in this folder, both languages
 * side by side, so that none can lack what the other has. No React: state and tests read texts as well.
 */

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text, or a text made of values; the same kind in every language. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters differ from text to text; each is checked where it is declared
export type Message = string | ((...values: any[]) => string);
export type Messages = Readonly<Record<string, Message>>;

/** The same keys and parameters, in another language. */
type Translated<T extends Messages> = {
  readonly [K in keyof T]: T[K] extends (...values: infer V) => string ? (...values: V) => string : string;
};

export interface Texts<T extends Messages> {
  readonly en: Translated<T>;
  readonly ko: Translated<T>;
}

/** Declares the texts of an area; a translation that lacks a text or its values does not compile. */
export function texts<T extends Messages>(en: T, ko: Translated<T>): Texts<T> {
  // Its own translation: the same keys and parameters, with the literal texts widened.
  return { en: en as unknown as Translated<T>, ko };
}

/** The first language of the browser's list that there is; English otherwise. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}
