/** Numbers of a directed timing that the tests of this folder share. */
import type { Telling } from './track.ts';

export const telling: Telling = {
  height: 0.98,
  width: 1,
  most: 4,
  least: -7,
  quiet: -1.6,
  loud: 1.5,
  floor: 0.35,
  decay: 0.18,
  onsetBias: 0.7,
};
