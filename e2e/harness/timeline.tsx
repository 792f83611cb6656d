/**
 * A timeline and a mixer over made-up sounds, without the app around them. What they ask for is done here and logged on
 * `window.timelineHarness`. `?trim` shows the timeline as it is before generating, `?ko` in Korean,
 * `?reading=failed` without a reading, `?hits=4000` with many hits.
 */

import { createRef, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { withoutSpan, withSpan } from '../../src/dsp/edit.ts';
import { defaultEdit, renderMix, type Edit } from '../../src/dsp/mix.ts';
import { buildPeaks } from '../../src/dsp/peaks.ts';
import { hits, mix, noise, sine } from '../../src/dsp/signals.testing.ts';
import type { TimeSpan } from '../../src/dsp/span.ts';
import { setLanguage } from '../../src/app/page/language.ts';
import { Mixer } from '../../src/app/mixer/Mixer.tsx';
import { Timeline } from '../../src/app/timeline/Timeline.tsx';
import type { TimelineHandle } from '../../src/app/timeline/types.ts';
import type { ReadingPhase, TimingLane } from '../../src/app/timing/types.ts';
import type { Timing } from '../../src/timing/types.ts';
import type { LogEntry, TimelineHarness } from './timeline-types.ts';
import '../../src/app/styles/index.css';

const SECONDS = 8;
const RATE = 16_000;
const options = new URLSearchParams(location.search);
setLanguage(options.has('ko') ? 'ko' : 'en');

const SEEN = [0.52, 1.41, 2.3, 3.22, 4.1, 4.95, 6.2, 7.1];
const HEARD = [0.55, 1.4, 2.33, 3.4, 4.12, 5.6, 6.17, 7.12];
const generated = hits(HEARD, SECONDS, RATE, 0.9);
const original = mix(sine(170, SECONDS, RATE, 0.05), noise(SECONDS, RATE, 0.04));
/** As the sync encoder might read it, or `?hits=4000` of them. */
const READ: Timing = options.has('hits')
  ? {
      hits: Array.from({ length: Number(options.get('hits')) }, (_, n) => ({
        time: Math.round((0.5 + (n * (SECONDS - 1)) / Number(options.get('hits'))) * 1e4) / 1e4,
        strength: 0.3 + 0.6 * Math.abs(Math.sin(n * 0.7)),
        certainty: 0.8,
      })),
      level: [],
    }
  : {
      hits: SEEN.map((time, n) => ({ time, strength: 0.4 + 0.07 * n, certainty: 0.3 + 0.08 * n })),
      level: [
        { time: 2, level: 0 },
        { time: 3, level: 0.4 },
        { time: 5, level: 0.3 },
        { time: 6, level: 0 },
      ],
    };
const MOVEMENT = [1, 3, 5.5];

/** A few frames of a ball that falls. */
function film(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const canvas = document.createElement('canvas');
    canvas.width = 96;
    canvas.height = 54;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas.');
    context.fillStyle = `hsl(${200 + n * 6} 25% 30%)`;
    context.fillRect(0, 0, 96, 54);
    context.fillStyle = '#e8c66a';
    context.beginPath();
    context.arc(48, 10 + 30 * Math.abs(Math.sin(n * 0.9)), 8, 0, 7);
    context.fill();
    return canvas.toDataURL();
  });
}

const frames = film(24);
const peaks = { generated: buildPeaks(generated, RATE), original: buildPeaks(original, RATE) };
const parts = {
  original: { channels: [original], sampleRate: RATE },
  generated: { channels: [generated], sampleRate: RATE },
};

let now = 1;
let playingSince: number | undefined;
const time = () => {
  if (playingSince === undefined) return now;
  return Math.min(SECONDS, now + (performance.now() - playingSince) / 1000);
};
const log: LogEntry[] = [];
const note = (name: string, ...values: unknown[]) => log.push({ name, values });
let renders = 0;
const handle = createRef<TimelineHandle>();

function Page() {
  renders++;
  const [edit, setEdit] = useState<Edit>(() => withSpan(defaultEdit, { start: 5.3, end: 5.9 }, -Infinity));
  const [selection, setSelection] = useState<TimeSpan>();
  const [loop, setLoop] = useState(false);
  const [trim, setTrim] = useState<TimeSpan>({ start: 1, end: 6.5 });
  const { limitedBy } = renderMix({ ...parts, edit, duration: SECONDS });
  const [shown, setShown] = useState(READ);
  const [sensitivity, setSensitivity] = useState(0.5);
  const timing: TimingLane = {
    timing: shown,
    reading: readingOf(options.get('reading')),
    directed: shown !== READ,
    sensitivity,
    movement: MOVEMENT,
    onTiming(next, change) {
      note('timing', next, change);
      setShown(next);
    },
    onSensitivity(value, phase) {
      note('sensitivity', value, phase);
      setSensitivity(value);
    },
    onReadAgain: options.get('reading') === 'failed' ? () => note('read') : undefined,
    onBack: shown === READ ? undefined : () => setShown(READ),
  };
  const seek = (to: number) => {
    note('seek', to);
    now = to;
  };
  if (options.has('trim')) {
    return (
      <main className="harness">
        <Timeline
          duration={SECONDS}
          fps={25}
          time={time}
          frames={frames}
          original={peaks.original}
          timing={timing}
          trim={trim}
          onSeek={seek}
          onTrim={(span, phase) => {
            note('trim', span, phase);
            setTrim(span);
          }}
        />
      </main>
    );
  }
  return (
    <main className="harness">
      <Timeline
        ref={handle}
        duration={SECONDS}
        fps={25}
        time={time}
        frames={frames}
        original={peaks.original}
        generated={peaks.generated}
        offset={edit.offset}
        edits={edit.spans}
        timing={timing}
        heard={HEARD}
        selection={selection}
        loop={loop}
        onSeek={seek}
        onSelect={(span) => {
          note('select', span);
          setSelection(span);
        }}
        onLoop={(value) => {
          note('loop', value);
          setLoop(value);
        }}
        onNudge={(offset, phase) => {
          note('nudge', offset, phase);
          setEdit({ ...edit, offset });
        }}
        onAction={(action, span) => {
          note('action', action, span);
          if (action === 'mute') setEdit(withSpan(edit, span, -Infinity));
          if (action === 'fadeIn') setEdit(withSpan(edit, span, -Infinity, 'in'));
          if (action === 'fadeOut') setEdit(withSpan(edit, span, -Infinity, 'out'));
          if (action === 'clear') setEdit(withoutSpan(edit, span));
        }}
      />
      <div className="harness-mixer">
        <Mixer
          edit={edit}
          duration={SECONDS}
          hasOriginal={!options.has('silent')}
          limitedBy={limitedBy}
          onChange={(next, phase) => {
            note('mix', next, phase);
            setEdit(next);
          }}
          onShow={setSelection}
        />
      </div>
    </main>
  );
}

function readingOf(phase: string | null): ReadingPhase {
  if (phase === 'reading') return { phase, progress: 0.4 };
  if (phase === 'failed') return { phase, message: 'The picture cannot be decoded.' };
  return { phase: 'ready' };
}

const harness: TimelineHarness = {
  log,
  last: (name: string) => log.findLast((entry) => entry.name === name)?.values,
  renders: () => renders,
  time,
  setTime(seconds: number) {
    now = seconds;
  },
  run(from: number) {
    now = from;
    playingSince = performance.now();
  },
  stop() {
    now = time();
    playingSince = undefined;
  },
  async framesWhile(seconds: number): Promise<{ frames: number; moves: number }> {
    const place = () => document.querySelector('.playhead')?.getBoundingClientRect().x;
    const until = time() + seconds;
    let [frames, moves] = [0, 0];
    for (let before = place(); time() < until; frames++) {
      await new Promise(requestAnimationFrame);
      const now = place();
      if (now !== before) moves++;
      before = now;
    }
    return { frames, moves };
  },
  hasAccent(x: number, from: number, to: number): boolean {
    const canvas = document.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) throw new Error('No drawing.');
    const ratio = window.devicePixelRatio;
    const probe = document.createElement('canvas').getContext('2d');
    if (!probe) throw new Error('No canvas.');
    // The token itself may be a function of the theme: an element resolves it.
    const accent = document.createElement('i');
    accent.style.color = 'var(--accent)';
    canvas.after(accent);
    probe.fillStyle = getComputedStyle(accent).color;
    accent.remove();
    probe.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = probe.getImageData(0, 0, 1, 1).data;
    const { data } = context.getImageData(
      Math.round(x * ratio),
      Math.round(from * ratio),
      1,
      Math.round((to - from) * ratio),
    );
    for (let i = 0; i < data.length; i += 4) {
      if (Math.abs((data[i] ?? 0) - r) + Math.abs((data[i + 1] ?? 0) - g) + Math.abs((data[i + 2] ?? 0) - b) < 30)
        return true;
    }
    return false;
  },
};

window.timelineHarness = harness;

const style = new CSSStyleSheet();
style.replaceSync(`.harness { display: grid; gap: 24px; max-width: 1100px; margin: 0 auto; padding: 16px; background: var(--surface); min-height: 100vh; align-content: start; }
.harness-mixer { max-width: 380px; }`);
document.adoptedStyleSheets = [style];

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
