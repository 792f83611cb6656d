import type { Task } from '../../model/manifest.ts';
import { settingsText } from '../../text/settings.ts';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

interface Idea {
  /** In the words of the model, which are English. */
  readonly words: string;
  readonly ko: string;
}

const IDEAS: Readonly<Record<Task, readonly Idea[]>> = {
  v2a: [
    { words: 'hammer on stone', ko: '망치로 돌 치기' },
    { words: 'footsteps on wood', ko: '나무 밟는 발소리' },
    { words: 'water drops', ko: '물방울' },
    { words: 'drum', ko: '북' },
    { words: 'breaking glass', ko: '유리 깨지는 소리' },
  ],
  a2v: [
    { words: 'sparks', ko: '불꽃' },
    { words: 'bouncing ball', ko: '튀는 공' },
    { words: 'rain', ko: '비' },
    { words: 'fireworks', ko: '불꽃놀이' },
  ],
};

/** Prompts to start from, one press away. */
export function PromptIdeas() {
  const t = useTexts(settingsText);
  const language = useLanguage();
  const studio = useStudio();
  const task = useStudioState((state) => state.task);
  const prompt = useStudioState((state) => state.draft.prompt.trim());
  return (
    <div className="words ideas" role="group" aria-label={t.ideas} lang={language}>
      {IDEAS[task].map(({ words, ko }) => (
        <button
          key={words}
          type="button"
          className="word"
          aria-pressed={prompt === words}
          onClick={() => studio.setDraft({ prompt: prompt === words ? '' : words })}
        >
          <span lang="en">{words}</span>
          {language === 'ko' && <small className="sense"> {ko}</small>}
        </button>
      ))}
    </div>
  );
}
