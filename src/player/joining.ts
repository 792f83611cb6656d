/** A picture that comes while the sound runs: it is placed a little ahead and started when the sound gets there. */
import { pageNow } from './clock.ts';
import type { Following } from './following.ts';
import type { Picture } from './picture.ts';
import type { Playhead } from './playhead.ts';
import type { Running } from './running.ts';

/** Seconds that a new picture is given to get ready while the sound runs on; each further try gives it more. */
const JOIN_AHEAD = 0.15;
const JOIN_TRIES = 5;

export async function join(joining: Picture, head: Playhead, following: Following, running: Running): Promise<void> {
  const mine = head.run;
  const valid = () => mine === head.run && head.picture === joining && head.free !== undefined;
  // The browser may have let it run again on its own.
  joining.pause();
  for (let attempt = 1; attempt <= JOIN_TRIES; attempt++) {
    const target = head.timeAt(pageNow()) + attempt * JOIN_AHEAD * head.state.rate;
    if (target >= head.endFrom(head.timeAt(pageNow()))) break;
    await joining.place(target);
    if (!valid()) return;
    const left = (target - head.timeAt(pageNow())) / head.state.rate - following.lag;
    if (left < 0) continue;
    await new Promise((resolve) => setTimeout(resolve, left * 1000));
    if (!valid()) return;
    joining.setRate(head.state.rate);
    joining.play();
    head.free = undefined;
    following.forgetDrift();
    return;
  }
  if (valid()) void running.begin(head.timeAt(pageNow()));
}
