/** How far a shared result is from the original: what docs/share.md and the tests report. Pure. */
import { createPowerSpectrum } from '../dsp/fft.ts';
import { integratedLoudness } from '../dsp/loudness.ts';
import { onsetF1 } from '../dsp/onset-score.ts';
import { detectOnsets } from '../dsp/onsets.ts';

/** How two sounds compare to the ear: onsets within 0.05 s of each other, and decibels of loudness apart. */
export function compareSound(
  want: Float32Array,
  got: Float32Array,
  sampleRate: number,
): { readonly onsetF1: number; readonly loudnessOff: number } {
  const onsets = (samples: Float32Array) => detectOnsets(samples, sampleRate).map(({ time }) => time);
  const off = Math.abs(integratedLoudness(want, sampleRate) - integratedLoudness(got, sampleRate));
  return {
    onsetF1: onsetF1(onsets(want), onsets(got), 0.05),
    // Of silence nothing can be said.
    loudnessOff: Number.isFinite(off) ? off : 0,
  };
}

/** Peak signal-to-noise ratio of bytes in decibels; Infinity for equal ones. The longer of the two is cut. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const count = Math.min(a.length, b.length);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return 10 * Math.log10((255 ** 2 * count) / sum);
}

/** Mean structural similarity of grey pictures [frames, height, width] over blocks of 8 x 8 pixels, up to 1. */
export function ssim(a: ArrayLike<number>, b: ArrayLike<number>, width: number, height: number): number {
  const BLOCK = 8;
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  const frames = Math.floor(Math.min(a.length, b.length) / (width * height));
  let total = 0;
  let blocks = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let y = 0; y + BLOCK <= height; y += BLOCK) {
      for (let x = 0; x + BLOCK <= width; x += BLOCK) {
        let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
        for (let k = 0; k < BLOCK * BLOCK; k++) {
          const at = (frame * height + y + Math.floor(k / BLOCK)) * width + x + (k % BLOCK);
          const [va, vb] = [a[at] ?? 0, b[at] ?? 0];
          sa += va;
          sb += vb;
          saa += va * va;
          sbb += vb * vb;
          sab += va * vb;
        }
        const n = BLOCK * BLOCK;
        const [ma, mb] = [sa / n, sb / n];
        const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
        total += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
        blocks++;
      }
    }
  }
  return blocks === 0 ? 1 : total / blocks;
}

/** Mean distance in decibels of the levels of 40 bands, every 8 ms, floored at -70 dB below full scale. */
export function melDistance(a: Float32Array, b: Float32Array, sampleRate: number): number {
  const size = 512;
  const hop = Math.round(0.008 * sampleRate);
  const spectrum = createPowerSpectrum(size);
  const floor = (size / 4) ** 2 * 1e-7;
  const edges = melEdges(sampleRate, size, spectrum.bins);
  let sum = 0;
  let count = 0;
  for (let at = 0; at + size <= Math.min(a.length, b.length); at += hop) {
    const [pa, pb] = [spectrum.at(a, at).slice(), spectrum.at(b, at).slice()];
    for (let band = 0; band + 1 < edges.length; band++) {
      let [la, lb] = [floor, floor];
      for (let bin = edges[band] ?? 0; bin < (edges[band + 1] ?? 0); bin++) {
        la += pa[bin] ?? 0;
        lb += pb[bin] ?? 0;
      }
      sum += Math.abs(10 * Math.log10(la / lb));
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

function melEdges(sampleRate: number, size: number, bins: number): number[] {
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const edges: number[] = [];
  for (let band = 0; band <= 40; band++) {
    const hertz = 700 * (10 ** ((mel(60) + ((mel(sampleRate / 2) - mel(60)) * band) / 40) / 2595) - 1);
    edges.push(Math.min(bins, Math.round((hertz * size) / sampleRate)));
  }
  return [...new Set(edges)];
}
