/** The shape of a video's pixels, from sizes that were rounded to whole ones. Pure. */

/** Shapes that are in use have smaller terms. */
const LARGEST = 128;

/**
 * The simplest ratio by which `coded` pixels become `square` ones. A side is coded and is stretched to the other: 320 become
 * 427 by 4:3, which is not 427:320.
 */
export function stretchOf(coded: number, square: number): { readonly num: number; readonly den: number } {
  for (let den = 1; den <= LARGEST; den++) {
    const num = Math.round((square * den) / coded);
    if (Math.round((coded * num) / den) === square) return { num, den };
  }
  return { num: square, den: coded };
}
