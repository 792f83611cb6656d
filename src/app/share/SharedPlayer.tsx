import { useEffect, useRef, useState, type RefObject } from 'react';
import { AppError, type ErrorData } from '../../errors.ts';
import { MAX_CLIP_SIDE, MAX_SHARE_SECONDS, type Share } from '../../share/types.ts';
import type { PlaybackPosition } from '../../share/playback-position.ts';
import { landingText } from '../../text/share.ts';
import { useTexts } from '../page/language.ts';
import type { SoundMaker } from './pack-sound.ts';
import { SketchPlayback } from './sketch-playback.ts';

interface SharedPlayerProps {
  readonly share: Share;
  readonly makeSound: SoundMaker;
  /** As in LandingViewProps. */
  readonly bytesToFetch?: number;
  /** The clip is a whole result of any size, not one made for a link. */
  readonly whole?: boolean;
  readonly onError: (error: ErrorData) => void;
}

/** Plays what a link holds after one tap: a clip as any video, a sketch by its own player. */
export function SharedPlayer(props: SharedPlayerProps) {
  const { media } = props.share;
  if (media.kind === 'clip') return <Clip {...props} mp4={media.mp4} />;
  if (media.kind === 'sketch') return <Sketch {...props} />;
  return <RecipeOnly />;
}

function RecipeOnly() {
  const t = useTexts(landingText);
  return <p className="shared-note">{t.recipeOnly}</p>;
}

function Clip({ mp4, whole = false, onError }: SharedPlayerProps & { readonly mp4: Uint8Array }) {
  const t = useTexts(landingText);
  const video = useClipAt<HTMLVideoElement>(mp4, 'src');
  const [state, setState] = useState<'waiting' | 'playing' | 'ended'>('waiting');
  const unplayable = () =>
    onError(new AppError('unsupported-codec', landingText.en.unplayable, landingText.en.unplayableRemedy).toData());
  return (
    <div className="shared-screen">
      <video
        ref={video}
        aria-label={t.clip}
        playsInline
        controls={state !== 'waiting'}
        preload="auto"
        onPlay={() => setState('playing')}
        onEnded={() => setState('ended')}
        onError={unplayable}
        onLoadedMetadata={({ currentTarget: { duration, videoWidth, videoHeight } }) => {
          // The header was checked; this is what the decoder really found.
          const large = duration > MAX_SHARE_SECONDS + 1 || Math.max(videoWidth, videoHeight) > MAX_CLIP_SIDE;
          if (large && !whole) unplayable();
        }}
      />
      {state !== 'playing' && (
        <BigButton
          name={state === 'ended' ? t.replay : t.play}
          onPress={() => void video.current?.play().catch(unplayable)}
        />
      )}
    </div>
  );
}

/** Gives an element the clip's address for as long as it is shown. */
export function useClipAt<E extends HTMLElement>(mp4: Uint8Array, attribute: 'src' | 'href'): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    const url = URL.createObjectURL(clipBlob(mp4));
    element.current?.setAttribute(attribute, url);
    return () => URL.revokeObjectURL(url);
  }, [mp4, attribute]);
  return element;
}

function clipBlob(mp4: Uint8Array): Blob {
  return new Blob([Uint8Array.from(mp4)], { type: 'video/mp4' });
}

declare global {
  interface HTMLCanvasElement {
    /** For tests: where sound and picture of the sketch on this canvas are. */
    moment?: () => PlaybackPosition;
  }
}

function Sketch({ share, makeSound, bytesToFetch = 0, onError }: SharedPlayerProps) {
  const t = useTexts(landingText);
  const canvas = useRef<HTMLCanvasElement>(null);
  const playback = useRef<SketchPlayback>(undefined);
  const sound = useRef<Awaited<ReturnType<SoundMaker>>>(undefined);
  const loading = useRef<AbortController>(undefined);
  const [state, setState] = useState<'waiting' | 'loading' | 'playing' | 'ended'>('waiting');
  const [loaded, setLoaded] = useState<number>();
  const { media, recipe } = share;
  const picture = media.kind === 'sketch' ? media.picture : undefined;

  useEffect(() => {
    if (!canvas.current) return;
    const made = new SketchPlayback(canvas.current, picture, recipe.seconds, () => setState('ended'));
    canvas.current.moment = () => made.moment();
    playback.current = made;
    return () => made.dispose();
  }, [picture, recipe.seconds]);
  useEffect(() => () => loading.current?.abort(), []);

  async function start() {
    playback.current?.unlock();
    try {
      if (!sound.current) {
        setState('loading');
        loading.current = new AbortController();
        sound.current = await makeSound(loading.current.signal, share, (progress) => {
          if (progress.kind === 'download') setLoaded(progress.loadedBytes / progress.totalBytes);
        });
      }
      await playback.current?.play(sound.current);
      setState('playing');
    } catch (thrown) {
      const error = AppError.from(thrown);
      setState('waiting');
      if (error.code !== 'cancelled') onError(error.toData());
    }
  }

  const fetched = bytesToFetch > 0 ? t.playSound((bytesToFetch / 1e6).toFixed(0)) : t.play;
  const name = state === 'ended' ? t.replay : fetched;
  return (
    <>
      <div className="shared-screen">
        <canvas ref={canvas} role="img" aria-label={t.clip} width={16} height={16} />
        {state === 'loading' && (
          <p className="shared-loading" role="status">
            {t.loadingModel} {loaded !== undefined && `${Math.round(loaded * 100)} %`}
          </p>
        )}
        {(state === 'waiting' || state === 'ended') && <BigButton name={name} onPress={() => void start()} />}
      </div>
      <p className="shared-note">{t.rough}</p>
    </>
  );
}

function BigButton({ name, onPress }: { readonly name: string; readonly onPress: () => void }) {
  return (
    <button type="button" className="shared-play" aria-label={name} onClick={onPress}>
      <svg viewBox="0 0 24 24" width="36" height="36" aria-hidden="true">
        <path d="M8 5.2v13.600L19 12z" fill="currentColor" />
      </svg>
      <span>{name}</span>
    </button>
  );
}
