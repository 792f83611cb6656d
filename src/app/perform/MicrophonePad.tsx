/** Humming, clapping or beatboxing along with the picture. The microphone is asked for by Record and closed at the end. */
import { useEffect, useRef, useState } from 'react';
import type { Source } from '../../state/types.ts';
import type { Studio } from '../../state/studio.ts';
import { peak } from '../../dsp/levels.ts';
import { performText } from '../../text/perform.ts';
import { USUAL_DELAY } from '../../timing/taps.ts';
import type { Timing } from '../../timing/types.ts';
import { useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';
import { bring, bringing, rangeOf } from './bring.ts';
import { delayFor } from './delay.ts';
import { microphoneError, openMicrophone, type Microphone } from './recorder.ts';
import { startSession, type Session } from './session.ts';
import { AppError } from '../../errors.ts';

/** Below this peak a microphone is off: -54 dBFS. */
const SILENT = 0.002;
/** Of the level meter, a moment later. */
const FALL = 0.85;

type Phase = { readonly name: 'idle' | 'asking' | 'recording' } | { readonly name: 'counting'; readonly left: number };

export function MicrophonePad({ source }: { readonly source: Source }) {
  const t = useTexts(performText);
  const studio = useStudio();
  const [phase, setPhase] = useState<Phase>({ name: 'idle' });
  const meter = useRef<HTMLMeterElement>(null);
  const running = useRef<{ microphone: Microphone; session: Session }>(undefined);
  /** Whoever has left meanwhile is not asked again. */
  const alive = useRef(true);

  function leave(): void {
    running.current?.microphone.close();
    running.current = undefined;
    if (alive.current) setPhase({ name: 'idle' });
  }
  function cancel(): void {
    running.current?.session.stop();
    leave();
  }
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
      running.current?.session.stop();
      running.current?.microphone.close();
      running.current = undefined;
    };
  }, []);

  async function record(): Promise<void> {
    bringing.setState({ error: undefined, done: undefined });
    setPhase({ name: 'asking' });
    let level = 0;
    try {
      const microphone = await openMicrophone((peakNow) => {
        level = Math.max(peakNow, level * FALL);
        if (meter.current) meter.current.value = Math.sqrt(level);
      });
      if (!alive.current) return microphone.close();
      const session = startSession(studio.player, {
        range: rangeOf(studio, source),
        rate: 1,
        muted: true,
        onCount(left) {
          setPhase(left > 0 ? { name: 'counting', left } : { name: 'recording' });
          if (left === 0) microphone.begin();
        },
        onEnd: finish,
      });
      running.current = { microphone, session };
    } catch (error) {
      bringing.setState({ error: AppError.from(error) });
      setPhase({ name: 'idle' });
    }
  }

  function finish(): void {
    const now = running.current;
    if (!now) return;
    const { microphone, session } = now;
    const recording = microphone.recorded();
    leave();
    void bring(studio, 'performance', async () => {
      const samples = recording?.sound.channels[0];
      if (!recording || !samples || peak(samples) < SILENT) throw microphoneError('silent');
      const heard = await studio.hearHits(recording.sound);
      if (heard.hits.length === 0 && heard.level.length === 0) throw microphoneError('nothing');
      return onPicture(studio, heard, (time) => session.seenAt(recording.startedAt + time));
    });
  }

  const active = phase.name !== 'idle';
  return (
    <div className="perform-body">
      <div className="perform-row">
        {!active && (
          <button type="button" className="button primary" onClick={() => void record()}>
            {t.record}
          </button>
        )}
        {phase.name === 'recording' && (
          <button
            type="button"
            className="button primary"
            onClick={() => {
              running.current?.session.stop();
              finish();
            }}
          >
            {t.done}
          </button>
        )}
        {active && phase.name !== 'asking' && (
          <button type="button" className="button" onClick={cancel}>
            {t.cancel}
          </button>
        )}
        {active && (
          <strong role="status" data-testid="microphone-phase" data-phase={phase.name}>
            {phase.name === 'counting' ? phase.left : phase.name === 'asking' ? t.asking : t.recording}
          </strong>
        )}
        {active && phase.name !== 'asking' && (
          <meter ref={meter} className="perform-meter" aria-label={t.loudness} min={0} max={1} high={0.95} />
        )}
      </div>
      <p className="help">{t.microphoneHelp}</p>
    </div>
  );
}

/** What was heard, where the picture was seen then, less the delay of whoever followed it. */
function onPicture(studio: Studio, { hits, level }: Timing, seenAt: (time: number) => number) {
  const placed = hits.map((hit) => ({ ...hit, time: seenAt(hit.time) })).filter(({ time }) => Number.isFinite(time));
  const delay = placed.length > 0 ? delayFor(studio, placed, 1) : USUAL_DELAY;
  const timing: Timing = {
    hits: placed.map((hit) => ({ ...hit, time: Math.max(0, hit.time - delay.mean) })),
    level: level.map((point) => ({ ...point, time: seenAt(point.time) - delay.mean })),
  };
  return { timing, delay };
}
