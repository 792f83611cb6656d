/** Integrated loudness of mono sound after ITU-R BS.1770-4: K-weighting, blocks of 400 ms, absolute and relative gate. */

const BLOCK = 0.4;
const HOP = 0.1;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;
/** Offset of the standard, so that a full-scale 997 Hz sine reads -3.01 LUFS. */
const OFFSET = -0.691;

interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/** LUFS; -Infinity for silence. Sound shorter than a block is measured as one block. */
export function integratedLoudness(samples: Float32Array, sampleRate: number): number {
  const weighted = filter(filter(samples, highShelf(sampleRate)), highPass(sampleRate));
  const length = Math.max(1, Math.min(weighted.length, Math.round(BLOCK * sampleRate)));
  const hop = Math.max(1, Math.round(HOP * sampleRate));
  const powers: number[] = [];
  for (let start = 0; start + length <= weighted.length; start += hop) {
    let sum = 0;
    for (let i = start; i < start + length; i++) sum += (weighted[i] ?? 0) ** 2;
    powers.push(sum / length);
  }
  const loud = powers.filter((power) => toLufs(power) > ABSOLUTE_GATE);
  const gate = toLufs(mean(loud)) + RELATIVE_GATE;
  return toLufs(mean(loud.filter((power) => toLufs(power) > gate)));
}

function toLufs(power: number): number {
  return OFFSET + 10 * Math.log10(power);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}

// The standard gives coefficients for 48 kHz only; these analogue prototypes reproduce them there (De Man, "Evaluation of
// implementations of the EBU R128 loudness measurement", AES 145).
function highShelf(sampleRate: number): Biquad {
  const q = 0.7071752369554196;
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b: [(high + (band * k) / q + k * k) / a0, (2 * (k * k - high)) / a0, (high - (band * k) / q + k * k) / a0],
    a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
  };
}

function highPass(sampleRate: number): Biquad {
  const q = 0.5003270373238773;
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const a0 = 1 + k / q + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
}

function filter(x: Float32Array | Float64Array, { b, a }: Biquad): Float64Array {
  const [b0, b1, b2] = b;
  const [a1, a2] = a;
  const y = new Float64Array(x.length);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let n = 0; n < x.length; n++) {
    const x0 = x[n] ?? 0;
    const y0 = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    y[n] = y0;
    x2 = x1;
    x1 = x0;
    y2 = y1;
    y1 = y0;
  }
  return y;
}

/** The same, undefined for silence, which has no loudness. */
export function knownLoudness(samples: Float32Array, sampleRate: number): number | undefined {
  const loudness = integratedLoudness(samples, sampleRate);
  return Number.isFinite(loudness) ? loudness : undefined;
}
