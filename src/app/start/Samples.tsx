import { useEffect, useRef, useState } from 'react';
import type { Sample } from '../../state/services/deps.ts';
import type { Language } from '../../text/language.ts';
import { startText } from '../../text/start.ts';
import { formatSeconds } from '../page/format.ts';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';
import { HearIt } from './HearIt.tsx';

/** Clips to try the app with; nothing is shown when none are bundled. */
export function Samples() {
  const t = useTexts(startText);
  const studio = useStudio();
  const [samples, setSamples] = useState<readonly Sample[]>();
  useEffect(() => {
    let wanted = true;
    void studio.samples().then((list) => {
      if (wanted) setSamples(list);
    });
    return () => {
      wanted = false;
    };
  }, [studio]);
  if (samples?.length === 0) return null;

  return (
    <section className="samples" aria-labelledby="samples-title">
      <div className="samples-head">
        <h2 id="samples-title">{t.trySamples}</h2>
        <p className="help">{t.samplesHint}</p>
      </div>
      <ul>
        {samples
          ? samples.map((sample) => (
              <li key={sample.file}>
                <SampleCard sample={sample} />
                {sample.made !== undefined && <HearIt url={`${FOLDER}${sample.made}`} titled={titleId(sample)} />}
              </li>
            ))
          : PLACES.map((place) => <li key={place} className="sample-place" aria-hidden="true" />)}
      </ul>
    </section>
  );
}

const FOLDER = `${import.meta.env.BASE_URL}samples/`;

/** Held for the samples until their list is there, so that nothing moves when it comes. */
const PLACES: readonly number[] = Array.from({ length: 8 }, (_, index) => index);

/** Plays while it is pointed at or has the focus; a press opens it. */
function SampleCard({ sample }: { readonly sample: Sample }) {
  const t = useTexts(startText);
  const language = useLanguage();
  const studio = useStudio();
  const player = useRef<HTMLMediaElement>(null);
  const [playing, setPlaying] = useState(false);

  const start = () => {
    studio.prepareFor(sample.task);
    const media = player.current;
    // A moving picture is motion; a sound is not, and its waveform stands still by the styles.
    if (!media || (sample.task === 'v2a' && window.matchMedia('(prefers-reduced-motion: reduce)').matches)) return;
    setPlaying(true);
    if (sample.task === 'a2v' && !navigator.userActivation?.hasBeenActive) return;
    media.currentTime = 0;
    // Browsers may refuse sound before a press; the waveform moves all the same.
    media.play().catch(() => undefined);
  };
  const stop = () => {
    setPlaying(false);
    player.current?.pause();
  };
  return (
    <button
      type="button"
      className="sample"
      data-playing={playing}
      onPointerEnter={(event) => event.pointerType !== 'touch' && start()}
      onPointerDown={() => studio.prepareFor(sample.task)}
      onPointerLeave={stop}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && start()}
      onBlur={stop}
      onClick={() => void studio.openSample({ ...sample, title: sampleTitle(sample, language) })}
    >
      <Thumbnail sample={sample} player={player} />
      <span id={titleId(sample)} className="sample-title">
        {sampleTitle(sample, language)}
      </span>
      <span className="sample-note">
        {sample.task === 'v2a' ? t.video : t.sound} · {formatSeconds(sample.seconds)}
      </span>
    </button>
  );
}

const titleId = ({ file }: Sample) => `sample-${file}`;

function sampleTitle({ title, titles }: Sample, language: Language): string {
  return language === 'en' ? title : (titles?.[language] ?? title);
}

interface ThumbnailProps {
  readonly sample: Sample;
  readonly player: React.RefObject<HTMLMediaElement | null>;
}

function Thumbnail({ sample, player }: ThumbnailProps) {
  const url = `${FOLDER}${sample.file}`;
  if (sample.task === 'a2v') {
    return (
      <span className="thumbnail sound" aria-hidden="true">
        <Wave />
        <audio ref={player} src={url} preload="none" loop />
      </span>
    );
  }
  return (
    <video
      ref={player as React.RefObject<HTMLVideoElement>}
      className="thumbnail"
      // A moment into the clip, where something is to be seen.
      src={`${url}#t=0.5`}
      preload="metadata"
      muted
      loop
      playsInline
      tabIndex={-1}
      aria-hidden="true"
    />
  );
}

const BARS = [0.35, 0.7, 1, 0.5, 0.8, 0.3, 0.6, 0.9, 0.45, 0.25, 0.75, 0.4];

/** A sign for sound, which moves while the sound is looked at. */
function Wave() {
  return (
    <svg className="wave" viewBox="0 0 72 32" aria-hidden="true">
      {BARS.map((height, index) => (
        <rect
          key={index}
          x={index * 6 + 1.5}
          y={16 - height * 13}
          width="3"
          height={height * 26}
          rx="1.500"
          style={{ animationDelay: `${((index * 7) % 12) * -70}ms` }}
        />
      ))}
    </svg>
  );
}
