/** Putting a regenerated stretch of sound into the earlier one. */

/** Part of a latent over which the two sounds cross-fade, inside each edge of the stretch. */
const FADE = 0.25;

/**
 * `earlier` with the samples of `renewed` latents from `fresh`. Decoders look beyond one latent to both sides (the shipped
 * one 5,760 samples, 0.36 s), so `fresh` differs from `earlier` outside the stretch as well; there the earlier sound is
 * left untouched, and the edges are cross-faded inside the stretch. No value exceeds what the two hold.
 * @param runs stretches in latents, `to` not included, apart from each other
 * @param count latents of the clip: no fade at its ends
 */
export function spliceSound(
  earlier: Float32Array,
  fresh: Float32Array,
  runs: readonly { readonly from: number; readonly to: number }[],
  count: number,
  samplesPerLatent: number,
): Float32Array {
  const out = earlier.slice();
  const fade = Math.max(1, Math.round(FADE * samplesPerLatent));
  for (const { from, to } of runs) {
    const start = from * samplesPerLatent;
    const end = Math.min(to * samplesPerLatent, out.length);
    for (let i = start; i < end; i++) {
      const fromLeft = from === 0 ? 1 : (i - start + 0.5) / fade;
      const fromRight = to === count ? 1 : (to * samplesPerLatent - i - 0.5) / fade;
      const weight = Math.min(1, fromLeft, fromRight);
      const before = out[i] ?? 0;
      out[i] = weight === 1 ? (fresh[i] ?? 0) : before + weight * ((fresh[i] ?? 0) - before);
    }
  }
  return out;
}
