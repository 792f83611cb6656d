/** Five channels and a low one to two or one, by the same rules as ffmpeg's. Pure. */

/** Order of the channels: front left and right, centre, low frequencies, back left and right. */
export const SURROUND = 6;
const SIDE = Math.SQRT1_2;
/** Together no louder than full scale. */
const scaled = (weights: readonly number[]) => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
};
const LEFT = scaled([1, 0, SIDE, 0, SIDE, 0]);
const RIGHT = scaled([0, 1, SIDE, 0, 0, SIDE]);
const MONO = scaled([SIDE, SIDE, 1, 0, SIDE * SIDE, SIDE * SIDE]);

/** Planes of six channels, all of one length, mixed to `channels`. The low one is left out. */
export function mixSurround(planes: readonly Float32Array[], channels: 1 | 2): Float32Array[] {
  if (planes.length !== SURROUND)
    throw new RangeError(`A surround sound has ${SURROUND} channels, not ${planes.length}.`);
  return (channels === 1 ? [MONO] : [LEFT, RIGHT]).map((weights) => {
    const out = new Float32Array(planes[0]?.length ?? 0);
    planes.forEach((plane, n) => {
      const weight = weights[n] ?? 0;
      if (weight !== 0) plane.forEach((value, at) => (out[at]! += weight * value));
    });
    return out;
  });
}

/** Whether the channels of a sound with six are those, in that order, wherever it comes from. */
export function isSurround(codec: string, channels: number, description: Uint8Array | undefined): boolean {
  if (channels !== SURROUND) return false;
  if (codec !== 'aac') return codec === 'flac' || codec === 'opus' || codec === 'vorbis';
  // Configuration 6 of AAC; others, and those written out, are ffmpeg's.
  const [first = 0, second = 0] = description ?? [];
  const rate = ((first & 7) << 1) | (second >> 7);
  return first >> 3 === 2 && rate !== 15 && ((second >> 3) & 15) === SURROUND;
}
