import { useEffect, useRef, useState } from 'react';
import { startText } from '../../text/start.ts';
import { PauseIcon, PlayIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';

interface HearItProps {
  /** The finished example. */
  readonly url: string;
  /** Id of the sample's title, which says what is heard. */
  readonly titled: string;
}

/** Stops the one that plays: two at once would be noise. */
let stopOther: (() => void) | undefined;

/** What was made of a sample, seen and heard over its picture; nothing is fetched before it is asked for. */
export function HearIt({ url, titled }: HearItProps) {
  const t = useTexts(startText);
  const [playing, setPlaying] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (!playing) return;
    const stop = () => setPlaying(false);
    stopOther?.();
    stopOther = stop;
    // Pressed for, so it may be heard; should it be refused all the same, the card is as before.
    video.current?.play().catch(stop);
    return () => {
      if (stopOther === stop) stopOther = undefined;
    };
  }, [playing]);
  return (
    <>
      {playing && (
        <video
          ref={video}
          className="thumbnail made"
          src={url}
          playsInline
          tabIndex={-1}
          aria-hidden="true"
          onEnded={() => setPlaying(false)}
          onError={() => setPlaying(false)}
        />
      )}
      <button
        type="button"
        className="button small hear"
        aria-label={playing ? t.stopExample : t.hearIt}
        aria-describedby={titled}
        onClick={() => setPlaying(!playing)}
      >
        {playing ? <PauseIcon /> : <PlayIcon />}
        <span aria-hidden="true">{playing ? t.after : t.hearIt}</span>
      </button>
    </>
  );
}
