/** Numbers of a directed timing that the tests of this folder share: hits ring longer than usual. */
import { USUAL_DIRECTED, type Telling } from './track.ts';

export const telling: Telling = { ...USUAL_DIRECTED, decay: 0.18, onsetBias: 0.7 };
