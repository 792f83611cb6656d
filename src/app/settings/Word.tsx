import { sense } from '../../text/words.ts';
import { useLanguage } from '../page/language.ts';

/** A word of the model, with its sense where the interface speaks another language. */
export function Word({ word }: { readonly word: string }) {
  const meaning = sense(useLanguage(), word);
  return (
    <>
      {word}
      {meaning !== undefined && <small className="sense"> {meaning}</small>}
    </>
  );
}
