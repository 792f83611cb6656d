/** Looks for movement off the main thread: a long video takes seconds. */
import { findMotion, type MotionFrames } from './motion.ts';

self.onmessage = ({ data }: MessageEvent<MotionFrames>) => {
  void findMotion(data).then(({ onsets }) => self.postMessage(onsets), reportError);
};
