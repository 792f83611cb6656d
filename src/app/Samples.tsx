import { useEffect, useState } from 'react';
import type { Sample } from '../state/samples.ts';
import type { Language } from '../text/language.ts';
import { startText } from '../text/start.ts';
import { formatSeconds } from './format.ts';
import { WaveIcon } from './icons.tsx';
import { useLanguage, useTexts } from './language.ts';
import { useStudio } from './studio-context.ts';

/** Clips to try the app with; nothing is shown when none are bundled. */
export function Samples() {
  const t = useTexts(startText);
  const language = useLanguage();
  const studio = useStudio();
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    let wanted = true;
    void studio.samples().then((list) => {
      if (wanted) setSamples(list);
    });
    return () => {
      wanted = false;
    };
  }, [studio]);
  if (samples.length === 0) return null;

  return (
    <section className="samples" aria-labelledby="samples-title">
      <h2 id="samples-title">{t.trySamples}</h2>
      <ul>
        {samples.map((sample) => (
          <li key={sample.file}>
            <button type="button" className="sample" onClick={() => void studio.openSample(sample)}>
              <Thumbnail sample={sample} />
              <span className="sample-title">{sampleTitle(sample, language)}</span>
              <span className="sample-note">
                {sample.task === 'v2a' ? t.video : t.sound} · {formatSeconds(sample.seconds)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function sampleTitle({ title, titles }: Sample, language: Language): string {
  return language === 'en' ? title : (titles?.[language] ?? title);
}

function Thumbnail({ sample }: { readonly sample: Sample }) {
  if (sample.task === 'a2v') {
    return (
      <span className="thumbnail sound">
        <WaveIcon size={30} />
      </span>
    );
  }
  // A moment into the clip, where something is to be seen.
  const url = `${import.meta.env.BASE_URL}samples/${sample.file}#t=0.5`;
  return (
    <video className="thumbnail" src={url} preload="metadata" muted playsInline tabIndex={-1} aria-hidden="true" />
  );
}
