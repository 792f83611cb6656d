import { expect, it } from 'vitest';
import { deinterleave, interleave, mixToMono, soundFacts } from './pcm.ts';

const pcm = (...channels: [Float32Array] | [Float32Array, Float32Array]) => ({ channels, sampleRate: 1000 });

it('interleaving and its reverse, padded with silence and cut', () => {
  const left = Float32Array.of(1, 2, 3);
  const right = Float32Array.of(-1, -2, -3);
  expect([...interleave(pcm(left, right), 4)]).toEqual([1, -1, 2, -2, 3, -3, 0, 0]);
  expect([...interleave(pcm(left, right), 2)]).toEqual([1, -1, 2, -2]);
  expect(deinterleave(interleave(pcm(left, right), 3))).toEqual([left, right]);
  const mono = interleave(pcm(left), 3);
  expect(mono).toEqual(left);
  expect(mono).not.toBe(left);
});

it('two channels become their mean, unless they cancel out', () => {
  const tone = Float32Array.from({ length: 64 }, (_, n) => Math.sin(n));
  const scaled = (factor: number) => tone.map((value) => factor * value);
  expect(mixToMono(scaled(1), scaled(0.5))).toEqual(scaled(0.75));
  expect(mixToMono(scaled(1), scaled(-1))).toEqual(tone);
  expect(mixToMono(scaled(0.9), scaled(-1))).toEqual(scaled(-1));
  // One silent side is no opposite phase.
  expect(mixToMono(scaled(0), tone)).toEqual(scaled(0.5));
  expect(mixToMono(scaled(0), scaled(0))).toEqual(scaled(0));
});

it('says what can be heard', () => {
  const quiet = new Float32Array(4096);
  expect(soundFacts(pcm(quiet))).toEqual({ seconds: 4.096, sampleRate: 1000, channels: 1, silent: true, busy: 0 });
  const half = quiet.map((_, n) => (n < 2048 ? 0.1 : 0));
  expect(soundFacts(pcm(quiet, half))).toMatchObject({ channels: 2, silent: false, busy: 0.5 });
  expect(soundFacts(pcm(quiet.map(() => 5e-4))).silent).toBe(true);
  expect(soundFacts(pcm(new Float32Array())).silent).toBe(true);
});
