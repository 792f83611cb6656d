/** The language of the interface: one store, the texts in it, and what the person chose kept for the next visit. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { LANGUAGES, preferredLanguage, type Language, type Messages, type Texts } from '../../text/language.ts';
import { recall, remember } from './remembered.ts';

const KEY = 'language';

const store = createStore<{ readonly language: Language }>()(() => ({ language: 'en' }));

/** The language that is shown now; for what is not a component. Components use `useTexts`, which follows a change. */
export function currentLanguage(): Language {
  return store.getState().language;
}

export function useLanguage(): Language {
  return useStore(store, (state) => state.language);
}

/** The messages of an area in the language that is shown. */
export function useTexts<T extends Messages>(texts: Texts<T>): Texts<T>['en'] {
  return texts[useLanguage()];
}

export function setLanguage(language: Language): void {
  store.setState({ language });
  remember(KEY, language);
}

/** Takes the language of the last visit, or the browser's, and keeps the page's own mark of it right. Once a page. */
export function startLanguage(): void {
  store.subscribe(({ language }) => {
    document.documentElement.lang = language;
  });
  const kept = recall(KEY);
  const language = LANGUAGES.find((known) => known === kept) ?? preferredLanguage(navigator.languages);
  store.setState({ language });
}
