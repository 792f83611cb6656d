import { useId } from 'react';
import { MAX_PROMPT } from '../state/draft.ts';
import { readPrompt } from '../state/words.ts';
import { settingsText } from '../text/settings.ts';
import { useTexts } from './language.ts';
import { useStudio, useStudioState } from './studio-context.ts';

export function PromptFields() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const task = useStudioState((state) => state.task);
  const prompt = useStudioState((state) => state.draft.prompt);
  const negative = useStudioState((state) => state.draft.negative);
  return (
    <div className="prompts">
      <PromptField
        label={t.prompt}
        value={prompt}
        rows={2}
        placeholder={task === 'v2a' ? t.promptHintV2a : t.promptHintA2v}
        onChange={(text) => studio.setDraft({ prompt: text })}
      />
      <PromptField
        label={t.avoid}
        value={negative}
        rows={1}
        placeholder={t.avoidHint}
        onChange={(text) => studio.setDraft({ negative: text })}
      />
      <KnownWords />
    </div>
  );
}

interface PromptFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly rows: number;
  readonly onChange: (text: string) => void;
}

function PromptField({ label, value, placeholder, rows, onChange }: PromptFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        maxLength={MAX_PROMPT}
        value={value}
        placeholder={placeholder}
        aria-describedby={`${id}-words`}
        onChange={(event) => onChange(event.target.value)}
      />
      <div id={`${id}-words`} aria-live="polite">
        <WordFeedback prompt={value} />
      </div>
    </div>
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
            {word}
          </button>
        ))}
      </div>
    </details>
  );
}
