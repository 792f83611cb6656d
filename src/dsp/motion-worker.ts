/** Looks for movement off the main thread: a long video takes seconds. */
import { findMotion, type MotionFrames } from './motion.ts';

self.onmessage = ({ data }: MessageEvent<MotionFrames>) => {
  self.postMessage(findMotion(data).onsets);
};
