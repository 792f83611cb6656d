/** The commands that are there from the start, whatever is on the page. */
import { editCommands } from './edit.ts';
import { generateCommands } from './generate.ts';
import { pageCommands } from './page.ts';
import { playerCommands } from './player.ts';
import type { Command } from './registry.ts';
import { takeCommands } from './takes.ts';
import { timingCommands } from './timing.ts';

export const standingCommands: readonly Command[] = [
  ...generateCommands,
  ...takeCommands,
  ...playerCommands,
  ...timingCommands,
  ...editCommands,
  ...pageCommands,
];
