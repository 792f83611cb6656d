import { expect, test } from 'vitest';
import { defaultEdit, levelSound, type MixParts, type Sound } from './mix.ts';
import { noise, sine } from './signals.testing.ts';
import { createSoundClient, type SoundWorkerLike } from './sound-client.ts';
import { createSoundDesk } from './sound-desk.ts';
import { findEvents } from './sound-events.ts';
import type { SoundCommand, SoundReply } from './sound-protocol.ts';
import { describeSound, renderSound } from './sound-work.ts';

const RATE = 48_000;
const original: Sound = { channels: [noise(1, RATE, 0.4), noise(1, RATE, 0.2)], sampleRate: RATE };
const generated: Sound = { channels: [sine(500, 1, 16_000, 0.5)], sampleRate: 16_000 };
const parts: MixParts = {
  original,
  originalStart: 0.25,
  generated,
  edit: { ...defaultEdit, originalGain: -6, spans: [{ span: { start: 0.2, end: 0.4 }, gain: -Infinity }] },
  duration: 1,
};

/** Workers that copy what they are sent, as real ones do; each can be made to crash. */
function workers() {
  const commands: SoundCommand['type'][] = [];
  const started: (SoundWorkerLike & { crash(): void; mute: boolean })[] = [];
  const spawn = () => {
    const desk = createSoundDesk();
    const worker = {
      mute: false,
      onmessage: null as SoundWorkerLike['onmessage'],
      onerror: null as SoundWorkerLike['onerror'],
      postMessage(command: SoundCommand) {
        commands.push(command.type);
        const answer = desk(structuredClone(command));
        if (!answer) return;
        const data: SoundReply = structuredClone(answer.reply, { transfer: answer.transfer });
        queueMicrotask(() => {
          if (!worker.mute) worker.onmessage?.({ data } as MessageEvent<SoundReply>);
        });
      },
      terminate: () => void commands.push('terminated' as SoundCommand['type']),
      crash: () => worker.onerror?.({ message: 'out of memory' } as ErrorEvent),
    };
    started.push(worker);
    return worker;
  };
  return { spawn, commands, started };
}

test('answers what the work gives where it is asked for, and sends a sound once', async () => {
  const { spawn, commands, started } = workers();
  const client = createSoundClient(spawn);
  expect(started).toHaveLength(0);
  const [rendered, description, again, levelling] = await Promise.all([
    client.render(parts),
    client.describe(original),
    client.render({ ...parts, edit: defaultEdit }),
    client.level(generated, -20),
  ]);
  expect(rendered).toEqual(renderSound(parts));
  expect(description).toEqual(describeSound(original));
  expect(again).toEqual(renderSound({ ...parts, edit: defaultEdit }));
  expect(levelling).toEqual(levelSound(generated, -20));
  expect(commands).toEqual(['keep', 'keep', 'render', 'describe', 'render', 'level']);
  // The page's own samples are still there.
  expect(original.channels[0]).toHaveLength(RATE);
});

test('events of a sound come from the worker', async () => {
  const { spawn, commands } = workers();
  expect(await createSoundClient(spawn).events(original)).toEqual(findEvents(original));
  expect(commands).toEqual(['keep', 'events']);
});

test('a sound that is forgotten is sent again when it is needed again', async () => {
  const { spawn, commands } = workers();
  const client = createSoundClient(spawn);
  client.forget(generated);
  await client.describe(generated);
  client.forget(generated);
  client.forget(generated);
  await client.describe(generated);
  expect(commands).toEqual(['keep', 'describe', 'forget', 'keep', 'describe']);
});

test('an edit that is no number is refused, and nothing else', async () => {
  const client = createSoundClient(workers().spawn);
  await expect(client.render({ ...parts, duration: NaN })).rejects.toThrow(RangeError);
  expect((await client.render(parts)).mix.channels).toHaveLength(2);
});

test('a worker that fails fails what it was asked; the next one is given everything anew', async () => {
  const { spawn, commands, started } = workers();
  const client = createSoundClient(spawn);
  await client.describe(original);
  started[0]!.mute = true;
  const lost = client.render(parts);
  started[0]!.crash();
  await expect(lost).rejects.toThrow('out of memory');
  commands.length = 0;
  expect(await client.render(parts)).toEqual(renderSound(parts));
  expect(started).toHaveLength(2);
  expect(commands).toEqual(['keep', 'keep', 'render']);
  client.dispose();
  expect(commands.at(-1)).toBe('terminated');
});
