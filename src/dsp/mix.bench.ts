/** How long a minute takes to render: `npx vitest bench --run src/dsp/mix.bench.ts`. Under 300 ms keeps an edit audible at once. */
import { bench, describe } from 'vitest';
import { defaultEdit, renderMix, type Edit, type Sound } from './mix.ts';
import { noise } from './signals.testing.ts';

const SECONDS = 60;
const original: Sound = { channels: [noise(SECONDS, 48_000, 0.4), noise(SECONDS, 48_000, 0.4)], sampleRate: 48_000 };
const samples = noise(SECONDS, 16_000, 0.9);
const edit: Edit = {
  ...defaultEdit,
  offset: 0.0123,
  originalGain: -3,
  fadeIn: 0.5,
  fadeOut: 2,
  spans: [
    { span: { start: 5, end: 9 }, gain: -Infinity },
    { span: { start: 30, end: 34 }, gain: -12, shape: 'out' },
  ],
};

describe('60 s, 48 kHz, stereo original with limiter at work', () => {
  // Another array each time: nothing is known from the time before.
  bench('a new take', () => {
    const generated = { channels: [samples.slice()], sampleRate: 16_000 };
    renderMix({ original, generated, edit, duration: SECONDS });
  });
  const generated = { channels: [samples], sampleRate: 16_000 };
  bench('another edit of it', () => {
    renderMix({ original, generated, edit, duration: SECONDS });
  });
});
