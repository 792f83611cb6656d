import { describe, expect, test } from 'vitest';
import { soundOf, wavOf } from './wav.ts';

describe('WAV of floats', () => {
  test('comes back exactly', () => {
    const samples = Float32Array.from([0, 1, -1, 0.1, -1e-7, 1.5]);
    expect(soundOf(wavOf(samples, 16_000))).toEqual({ samples, sampleRate: 16_000 });
    expect(soundOf(wavOf(new Float32Array(), 44_100)).samples).toHaveLength(0);
  });

  test('refuses other files', () => {
    const cut = wavOf(new Float32Array(8), 16_000).slice(0, 60);
    for (const bytes of [new Uint8Array(), new Uint8Array(100), cut]) expect(() => soundOf(bytes)).toThrow(RangeError);
  });
});
