import { useId, useRef } from 'react';
import { MAX_PROMPT } from '../../state/recipe/draft.ts';
import { selectedTake } from '../../state/services/queries.ts';
import {
  hasWord,
  markPrompt,
  negativeWords,
  readPrompt,
  seenWords,
  toggleWord,
} from '../../state/settings/prompt-words.ts';
import { settingsText } from '../../text/settings.ts';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { PromptIdeas } from './PromptIdeas.tsx';
import { Word } from './Word.tsx';

export function PromptFields() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const task = useStudioState((state) => state.task);
  const prompt = useStudioState((state) => state.draft.prompt);
  return (
    <div className="prompts">
      <PromptField
        id="prompt"
        label={t.prompt}
        value={prompt}
        rows={2}
        placeholder={task === 'v2a' ? t.promptHintV2a : t.promptHintA2v}
        onChange={(text) => studio.setDraft({ prompt: text })}
      />
      <PromptIdeas />
      <SeenWords />
    </div>
  );
}

/** What is to be kept out, and the list of all words. */
export function AvoidFields() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const negative = useStudioState((state) => state.draft.negative);
  return (
    <div className="prompts">
      <KnownWords />
      <PromptField
        id="negative"
        label={t.avoid}
        value={negative}
        rows={1}
        placeholder={t.avoidHint}
        onChange={(text) => studio.setDraft({ negative: text })}
      />
      <NegativeChips />
    </div>
  );
}

interface PromptFieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly rows: number;
  readonly onChange: (text: string) => void;
}

function PromptField({ id, label, value, placeholder, rows, onChange }: PromptFieldProps) {
  const feedback = useId();
  const mirror = useRef<HTMLDivElement>(null);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="marked-field">
        <div ref={mirror} className="marked-text" aria-hidden="true">
          <MarkedText text={value} />
        </div>
        <textarea
          id={id}
          rows={rows}
          maxLength={MAX_PROMPT}
          value={value}
          placeholder={placeholder}
          aria-describedby={feedback}
          onChange={(event) => onChange(event.target.value)}
          onScroll={({ currentTarget }) => {
            if (mirror.current) mirror.current.scrollTop = currentTarget.scrollTop;
          }}
        />
      </div>
      <div id={feedback} aria-live="polite">
        <WordFeedback prompt={value} />
      </div>
    </div>
  );
}

/** The same text behind the field, transparent, with marks under the words that the model understands. */
function MarkedText({ text }: { readonly text: string }) {
  const pack = useStudioState((state) => state.pack);
  if (pack.phase !== 'known') return null;
  return markPrompt(text, pack.manifest.text).map((part, index) =>
    part.kind === 'plain' ? (
      part.text
    ) : (
      // The parts have no identity but their place.
      <mark key={index} data-kind={part.kind}>
        {part.text}
      </mark>
    ),
  );
}

/** The model has a fixed list of words; what it does not know it ignores, and that must be seen. */
function WordFeedback({ prompt }: { readonly prompt: string }) {
  const t = useTexts(settingsText);
  const pack = useStudioState((state) => state.pack);
  if (pack.phase !== 'known' || prompt.trim() === '') return null;
  const { understood, ignored } = readPrompt(prompt, pack.manifest.text);
  return (
    <div className="words">
      {understood.map((word) => (
        <span key={word} className="word known">
          {word}
        </span>
      ))}
      {ignored.length > 0 && (
        <span className="ignored">
          {t.notKnown}{' '}
          {ignored.map((word, index) => (
            <span key={word}>
              {index > 0 && ', '}
              <s>{word}</s>
            </span>
          ))}
        </span>
      )}
    </div>
  );
}

/** What the model saw in the picture of the take on the stage, as long as nobody has said what it is. */
function SeenWords() {
  const t = useTexts(settingsText);
  const language = useLanguage();
  const studio = useStudio();
  const pack = useStudioState((state) => state.pack);
  const take = useStudioState(selectedTake);
  const task = useStudioState((state) => state.task);
  const prompt = useStudioState((state) => state.draft.prompt);
  if (pack.phase !== 'known' || !take || task !== 'v2a' || prompt.trim() !== '') return null;
  const seen = seenWords(take, pack.manifest.text);
  if (seen.length === 0) return null;
  return (
    <div className="words seen" role="group" aria-label={t.seen} lang={language}>
      <span className="seen-label">{t.seen}</span>
      {seen.map((word) => (
        <span key={word} className="word known">
          <Word word={word} />
        </span>
      ))}
      <button type="button" className="word" onClick={() => studio.setDraft({ prompt: seen.join(' ') })}>
        {t.useSeen}
      </button>
    </div>
  );
}

function KnownWords() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const pack = useStudioState((state) => state.pack);
  if (pack.phase !== 'known') return null;
  const add = (word: string) => {
    const { prompt } = studio.store.getState().draft;
    studio.setDraft({ prompt: prompt.trim() === '' ? word : `${prompt.trimEnd()} ${word}` });
  };
  return (
    <details className="known-words">
      <summary>{t.knownWords}</summary>
      <div className="words">
        {pack.manifest.text.vocabulary.map((word) => (
          <button key={word} type="button" className="word" onClick={() => add(word)} aria-label={t.addWord(word)}>
            <Word word={word} />
          </button>
        ))}
      </div>
    </details>
  );
}

/** What is most often unwanted, one press away: in the field it is the same as typed. */
function NegativeChips() {
  const t = useTexts(settingsText);
  const language = useLanguage();
  const studio = useStudio();
  const pack = useStudioState((state) => state.pack);
  const task = useStudioState((state) => state.task);
  const negative = useStudioState((state) => state.draft.negative);
  if (pack.phase !== 'known') return null;
  const { text } = pack.manifest;
  return (
    <div className="words negatives" role="group" aria-label={t.oneTap} lang={language}>
      {negativeWords(task, text).map((word) => (
        <button
          key={word}
          type="button"
          className="word"
          aria-pressed={hasWord(negative, word, text)}
          aria-label={t.avoidWord(word)}
          onClick={() => studio.setDraft({ negative: toggleWord(negative, word, text) })}
        >
          <Word word={word} />
        </button>
      ))}
    </div>
  );
}
