/** Test signals. */

export function sine(hz: number, seconds: number, sampleRate: number, amplitude = 1): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => {
    return amplitude * Math.sin((2 * Math.PI * hz * i) / sampleRate);
  });
}

/** Uniform noise in -amplitude..amplitude, the same on every call. */
export function noise(seconds: number, sampleRate: number, amplitude: number): Float32Array {
  let state = 12345;
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
}

/** Decaying bursts of noise at the given seconds. */
export function hits(times: readonly number[], seconds: number, sampleRate: number, amplitude = 0.5): Float32Array {
  const out = new Float32Array(Math.round(seconds * sampleRate));
  const burst = noise(0.2, sampleRate, amplitude);
  for (const time of times) {
    const start = Math.round(time * sampleRate);
    burst.forEach((value, i) => {
      if (start + i < out.length) out[start + i] = (out[start + i] ?? 0) + value * Math.exp((-i / sampleRate) * 30);
    });
  }
  return out;
}

export function mix(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + (b[i] ?? 0));
}
