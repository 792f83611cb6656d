/** How alike two decoders' pictures and sounds are, in decibels. */

/** Of the frame that differs most: peak signal to noise. 99 where all are the same. */
export function worstPsnr(a: Uint8Array, b: Uint8Array, frameBytes: number): number {
  let worst = 99;
  for (let from = 0; from < a.length; from += frameBytes) {
    let error = 0;
    for (let n = from; n < from + frameBytes; n++) error += ((a[n] ?? 0) - (b[n] ?? 0)) ** 2;
    if (error > 0) worst = Math.min(worst, 10 * Math.log10((255 * 255 * frameBytes) / error));
  }
  return worst;
}

/** Signal to noise of `b` against `a` where they agree most, and how many samples later `b` then is. */
export function soundMatch(a: Float32Array, b: Float32Array, mostLag: number): { snr: number; lag: number } {
  let best = { snr: -Infinity, lag: 0 };
  const margin = mostLag + 1;
  for (let lag = -mostLag; lag <= mostLag; lag++) {
    let [signal, noise] = [0, 0];
    for (let n = margin; n < a.length - margin; n++) {
      signal += a[n]! ** 2;
      noise += (a[n]! - (b[n + lag] ?? 0)) ** 2;
    }
    const snr = Math.min(99, 10 * Math.log10(signal / Math.max(noise, 1e-9)));
    if (snr > best.snr) best = { snr, lag };
  }
  return best;
}
