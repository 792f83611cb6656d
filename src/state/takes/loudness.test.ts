import { describe, expect, it } from 'vitest';
import { integratedLoudness } from '../../dsp/loudness.ts';
import { renderMix } from '../../dsp/mix.ts';
import { noise } from '../../dsp/signals.testing.ts';
import { takeById } from '../services/queries.ts';
import { createWorld, file } from '../testing/fakes.ts';
import type { Take } from '../take.ts';

async function opened() {
  const world = createWorld();
  world.sound = noise(2, 160, 0.02);
  await world.studio.receive([file('ball.mp4')]);
  const state = () => world.studio.store.getState();
  const make = async () => {
    await world.studio.generate();
    return state().takes.at(-1)!;
  };
  const now = (take: Take) => takeById(state(), take.id)!;
  return { world, studio: world.studio, state, make, now };
}

const heard = (edit: Take['edit'], samples: Float32Array) => {
  const { channels, sampleRate } = renderMix({
    generated: { channels: [samples], sampleRate: 160 },
    edit,
    duration: 2,
  });
  return integratedLoudness(channels[0]!, sampleRate);
};

describe('how loud a take comes', () => {
  it('is -20 LUFS, or what the words and the draft say', async () => {
    const { world, studio, make } = await opened();
    const even = await make();
    expect(even.edit.loudness).toMatchObject({ lufs: -20 });
    expect(heard(even.edit, world.sound)).toBeCloseTo(-20, 1);
    studio.setDraft({ prompt: 'quiet hammer' });
    // The word is not in this pack's vocabulary.
    expect((await make()).edit.loudness?.lufs).toBe(-20);
    studio.setDraft({ loudness: 'as-generated' });
    expect((await make()).edit.loudness).toBeUndefined();
  });

  it('of a silent take is silence', async () => {
    const { world, make } = await opened();
    world.sound = new Float32Array(320);
    expect((await make()).edit.loudness).toEqual({ lufs: -20 });
  });

  it('is changed and taken back; a reset of the mix leaves it', async () => {
    const { studio, make, now } = await opened();
    const take = await make();
    await studio.setLoudness(take.id, -14);
    expect(now(take).edit.loudness).toMatchObject({ lufs: -14 });
    studio.editTake(take.id, { fadeIn: 1 });
    studio.resetEdit(take.id);
    expect(now(take).edit).toMatchObject({ fadeIn: 0, loudness: { lufs: -14 } });
    studio.undo();
    studio.undo();
    studio.undo();
    expect(now(take).edit).toEqual(take.edit);
    await studio.setLoudness(take.id, undefined);
    expect(now(take).edit.loudness).toBeUndefined();
  });

  it('stays around a part that is made anew: by the same gain, whatever the new part holds', async () => {
    const { world, studio, state, make } = await opened();
    const take = await make();
    world.sound = noise(2, 160, 0.2);
    await studio.renew(take.id, [{ start: 0.5, end: 1 }]);
    const renewed = state().takes.at(-1)!;
    expect(renewed.id).not.toBe(take.id);
    expect(renewed.edit.loudness).toEqual(take.edit.loudness);
    // Takes near it are takes of their own.
    await studio.moreLike(take.id);
    expect(state().takes.at(-1)!.edit.loudness).toMatchObject({ lufs: -20 });
    expect(state().takes.at(-1)!.edit.loudness).not.toEqual(take.edit.loudness);
  });

  it('of a take from before there was a choice stays when a part of it is made anew', async () => {
    const { studio, state, make } = await opened();
    const take = await make();
    studio.editTake(take.id, { loudness: undefined });
    await studio.renew(take.id, [{ start: 0.5, end: 1 }]);
    expect(state().takes.at(-1)!.edit.loudness).toBeUndefined();
  });
});
