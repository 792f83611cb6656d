/** Mixes and measures off the main thread. */
import { createSoundDesk } from './sound-desk.ts';
import type { SoundCommand } from './sound-protocol.ts';

const answer = createSoundDesk();

self.onmessage = ({ data }: MessageEvent<SoundCommand>) => {
  const answered = answer(data);
  if (answered) self.postMessage(answered.reply, { transfer: answered.transfer });
};
