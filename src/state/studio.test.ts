import { describe, expect, it, vi } from 'vitest';
import { defaultEdit } from '../dsp/mix.ts';
import { soundOf } from '../dsp/wav.ts';
import { AppError } from '../errors.ts';
import { readRecipe } from './recipe/recipe-file.ts';
import { selectedTake } from './services/queries.ts';
import { CALLS, createWorld, file, SILENT_VIDEO, SOUND, VIDEO } from './testing/fakes.ts';

const state = (world: ReturnType<typeof createWorld>) => world.studio.store.getState();
const selected = (world: ReturnType<typeof createWorld>) => selectedTake(state(world));

async function opened(name = 'ball.mp4') {
  const world = createWorld();
  await world.studio.receive([file(name)]);
  return world;
}

describe('opening files', () => {
  it('opens one file and takes the task from it', async () => {
    const world = createWorld();
    world.probes.set('rain.wav', SOUND);
    await world.studio.receive([file('rain.wav')]);
    expect(state(world).input).toMatchObject({ phase: 'ready', source: { name: 'rain.wav', info: SOUND } });
    expect(state(world).task).toBe('a2v');
    await world.studio.receive([file('ball.mp4')]);
    expect(state(world).task).toBe('v2a');
  });

  it('keeps a task that was picked by hand', async () => {
    const world = createWorld();
    world.studio.setTask('a2v');
    await world.studio.receive([file('ball.mp4')]);
    expect(state(world).task).toBe('a2v');
  });

  it('keeps the file it has when the next one is bad', async () => {
    const world = await opened();
    world.probes.set('notes.txt', new AppError('not-media', 'No media.', 'Choose another.'));
    await world.studio.receive([file('notes.txt')]);
    expect(state(world).failure).toMatchObject({ during: 'open', error: { code: 'not-media' } });
    expect(state(world).input).toMatchObject({ phase: 'ready', source: { name: 'ball.mp4' } });
    expect((await world.studio.generate()).status).toBe('done');
  });

  it('offers several files and loses none', async () => {
    const world = await opened();
    await world.studio.receive([file('a.mp4'), file('b.mp4')]);
    expect(state(world).offered.map(({ name }) => name)).toEqual(['a.mp4', 'b.mp4']);
    expect(state(world).input).toMatchObject({ phase: 'ready', source: { name: 'ball.mp4' } });
    for (const offer of state(world).offered) {
      await world.studio.openOffered(offer);
      expect(state(world).input).toMatchObject({ phase: 'ready', source: { name: offer.name } });
    }
    world.studio.dismissOffered();
    expect(state(world).offered).toEqual([]);
  });

  it('shows a file before it is known what it is, and lets go of it when it is bad', async () => {
    const world = createWorld();
    world.hold = 'probe';
    world.probes.set('notes.txt', new AppError('not-media', 'No media.', 'Choose another.'));
    const opening = world.studio.receive([file('notes.txt')]);
    await world.held();
    const { input } = state(world);
    if (input.phase !== 'opening' || input.file === undefined) throw new Error('Nothing is shown.');
    expect(world.studio.blobs.file(input.file).name).toBe('notes.txt');
    world.hold = undefined;
    world.studio.cancel();
    await opening;
    expect(() => world.studio.blobs.get(input.file!)).toThrow(RangeError);
  });

  it('goes back to the first screen, also from a file that is being opened, and opens the next', async () => {
    const world = await opened();
    await world.studio.generate();
    world.studio.closeFile();
    expect(state(world)).toMatchObject({
      input: { phase: 'empty' },
      takes: [],
      selected: undefined,
      survey: undefined,
    });
    world.hold = 'probe';
    const opening = world.studio.receive([file('a.mp4')]);
    await world.held();
    world.studio.closeFile();
    world.hold = undefined;
    await opening;
    expect(state(world)).toMatchObject({ input: { phase: 'empty' }, failure: undefined });
    await world.studio.receive([file('b.mp4')]);
    expect((await world.studio.generate()).status).toBe('done');
  });

  it('opens the last of two files that come quickly', async () => {
    const world = createWorld();
    world.hold = 'probe';
    const first = world.studio.receive([file('a.mp4')]);
    await world.held();
    world.hold = undefined;
    await world.studio.receive([file('b.mp4')]);
    await first;
    expect(state(world).input).toMatchObject({ phase: 'ready', source: { name: 'b.mp4' } });
    expect(state(world).failure).toBeUndefined();
  });

  it('can be cancelled while it opens', async () => {
    const world = await opened();
    world.hold = 'probe';
    const opening = world.studio.receive([file('b.mp4')]);
    await world.held();
    world.studio.cancel();
    await opening;
    expect(state(world).input).toMatchObject({ phase: 'ready', source: { name: 'ball.mp4' } });
    expect(state(world).failure).toBeUndefined();
  });

  it('refuses a file while a generation runs, and says so', async () => {
    const world = await opened();
    world.hold = 'generate';
    const work = world.studio.generate();
    await world.held();
    await world.studio.receive([file('b.mp4')]);
    expect(state(world).failure?.error.code).toBe('busy');
    world.release();
    expect((await work).status).toBe('done');
  });

  it('opens a bundled sample', async () => {
    const world = createWorld();
    const [sample] = await world.studio.samples();
    await world.studio.openSample(sample!);
    expect(state(world).input).toMatchObject({ phase: 'ready', source: { name: 'A ball' } });
  });
});

describe('generating', () => {
  it('goes from a video to a sound with its whole recipe', async () => {
    const world = await opened();
    world.studio.setDraft({ prompt: ' hammer on wood ', negative: 'splash', seed: 7 });
    world.studio.setSampler({ steps: 9, guidanceAv: 3 });
    const outcome = await world.studio.generate();
    expect(outcome).toMatchObject({ status: 'done' });
    expect(world.requests[0]).toMatchObject({
      task: 'v2a',
      count: 16,
      duration: 2,
      settings: { solver: 'euler', steps: 9, guidanceAv: 3, guidanceText: 1, seed: 7, prompt: 'hammer on wood' },
    });
    const { job, shown } = state(world);
    expect(job.phase).toBe('idle');
    expect(shown).toBe('result');
    const take = selected(world);
    expect(take).toMatchObject({
      recipe: { task: 'v2a', sourceName: 'ball.mp4', seed: 7, negative: 'splash', backend: 'wasm', duration: 2 },
      understood: ['hammer'],
      notices: [{ code: 'gpu-emulated' }],
      seconds: { decode: 1, load: 1, encode: 1, sample: 2, render: 3, mux: 0 },
    });
    if (take?.media.task !== 'v2a') throw new Error('This is no sound.');
    const wav = await world.studio.blobs.get(take.media.sound).arrayBuffer();
    expect(soundOf(new Uint8Array(wav))).toMatchObject({ samples: { length: 320 }, sampleRate: 160 });
  });

  it('goes from a sound to a clip', async () => {
    const world = createWorld();
    world.probes.set('rain.wav', SOUND);
    await world.studio.receive([file('rain.wav')]);
    expect(await world.studio.generate()).toMatchObject({ status: 'done' });
    expect(world.requests[0]).toMatchObject({ task: 'a2v', duration: 3 });
    const media = selected(world)?.media;
    expect(media?.task === 'a2v' && (await world.studio.blobs.get(media.clip).text())).toBe('mp4');
  });

  it('loads the model once', async () => {
    const world = await opened();
    await world.studio.generate();
    await world.studio.generate();
    expect(world.log.filter((name) => name === 'load')).toHaveLength(1);
    expect(world.log.filter((name) => name === 'generate')).toHaveLength(2);
  });

  it('loads the model again after the engine was lost', async () => {
    const world = await opened();
    world.failures.set('generate', new AppError('device-lost', 'Lost.'));
    expect(await world.studio.generate()).toMatchObject({ status: 'failed', error: { code: 'device-lost' } });
    world.failures.clear();
    expect((await world.studio.generate()).status).toBe('done');
    expect(world.log.filter((name) => name === 'load')).toHaveLength(2);
  });

  it('does one thing at a time', async () => {
    const world = await opened();
    world.hold = 'generate';
    const first = world.studio.generate();
    await world.held();
    expect(await world.studio.generate()).toMatchObject({ status: 'failed', error: { code: 'busy' } });
    world.release();
    expect((await first).status).toBe('done');
  });

  it('asks for a file first', async () => {
    const world = createWorld();
    expect(await world.studio.generate()).toMatchObject({ status: 'failed', error: { code: 'no-source' } });
  });

  it.each([
    ['v2a', SOUND, 'no-video-track'],
    ['a2v', SILENT_VIDEO, 'no-audio-track'],
  ] as const)('%s refuses a file that lacks what it needs', async (task, info, code) => {
    const world = createWorld();
    world.probes.set('file', info);
    world.studio.setTask(task);
    await world.studio.receive([file('file')]);
    expect(await world.studio.generate()).toMatchObject({ status: 'failed', error: { code } });
    world.studio.setTask(task === 'v2a' ? 'a2v' : 'v2a');
    expect((await world.studio.generate()).status).toBe('done');
  });
});

/** `probe` and `manifest` come before; the rest is a generation. */
const STAGES = CALLS.slice(CALLS.indexOf('decode'));
/** Only clips are coded while they are generated; sound is written when it is exported. */
const taskWith = (stage: (typeof STAGES)[number]) => (stage === 'mux' ? 'a2v' : 'v2a');

describe.each(STAGES)('at %s', (stage) => {
  it('cancels, keeps the file and the earlier result, and works again', async () => {
    const world = await opened();
    world.studio.setTask(taskWith(stage));
    // A model that is loaded is not loaded again, so a result from before exists only for the other stages.
    const before = stage === 'load' ? undefined : await world.studio.generate();
    world.hold = stage;
    const work = world.studio.generate();
    await world.held();
    expect(state(world).job.phase).toBe('running');
    world.studio.cancel();
    expect(state(world).job.phase).toBe('cancelling');
    expect(await work).toEqual({ status: 'cancelled' });
    expect(state(world)).toMatchObject({ job: { phase: 'idle' }, failure: undefined, input: { phase: 'ready' } });
    if (before?.status === 'done') expect(state(world).takes).toEqual(before.takes);
    world.release();
    expect((await world.studio.generate()).status).toBe('done');
  });

  it('fails with a message, keeps the file, and works again', async () => {
    const world = await opened();
    world.studio.setTask(taskWith(stage));
    world.failures.set(stage, new AppError('internal', 'It broke.', 'Try again.'));
    expect(await world.studio.generate()).toMatchObject({ status: 'failed' });
    expect(state(world)).toMatchObject({
      job: { phase: 'idle' },
      failure: { during: 'generate', error: { message: 'It broke.', remedy: 'Try again.' } },
      input: { phase: 'ready' },
    });
    world.failures.clear();
    expect((await world.studio.generate()).status).toBe('done');
    expect(state(world).failure).toBeUndefined();
  });
});

describe('takes', () => {
  it('are made from one decoded file, with seeds that count on', async () => {
    const world = await opened();
    world.studio.setDraft({ takes: 3, seed: 7 });
    const outcome = await world.studio.generate();
    expect(outcome).toMatchObject({ status: 'done', takes: [7, 8, 9].map((seed) => ({ recipe: { seed } })) });
    expect(world.requests.map(({ settings }) => settings.seed)).toEqual([7, 8, 9]);
    expect(world.log.filter((name) => name === 'decode')).toHaveLength(1);
    expect(new Set(state(world).takes.map(({ id }) => id)).size).toBe(3);
    // Only the first waited for the file and the model.
    expect(state(world).takes.map(({ seconds }) => seconds.decode + seconds.load)).toEqual([2, 0, 0]);
  });

  it('give every run of the engine its own buffer', async () => {
    const world = await opened();
    world.studio.setDraft({ takes: 2 });
    await world.studio.generate();
    const [first, second] = world.requests.map((request) => (request.task === 'v2a' ? request.rgb : undefined));
    if (!(first instanceof Uint8Array && second instanceof Uint8Array)) throw new Error('Two arrays were expected.');
    expect(first.buffer).not.toBe(second.buffer);
  });

  it('show the first as soon as it is there, and keep what is done after a stop', async () => {
    const world = await opened();
    world.studio.setDraft({ takes: 3, seed: 1 });
    world.hold = 'generate';
    const work = world.studio.generate();
    await world.held();
    expect(state(world).job).toMatchObject({ phase: 'running', take: 1, takes: 3 });
    world.release();
    world.hold = 'generate';
    await world.held();
    await vi.waitFor(() => expect(state(world)).toMatchObject({ shown: 'result', takes: [{ recipe: { seed: 1 } }] }));
    expect(selected(world)?.recipe.seed).toBe(1);
    expect(state(world).job).toMatchObject({ phase: 'running', take: 2 });
    world.studio.cancel();
    expect(await work).toEqual({ status: 'cancelled' });
    expect(state(world)).toMatchObject({ failure: undefined, takes: [{ recipe: { seed: 1 } }] });
  });

  it('are finished while the engine makes the next one, and shown in their order', async () => {
    const world = await opened();
    world.probes.set('sound.wav', SOUND);
    await world.studio.receive([file('sound.wav')]);
    world.studio.setDraft({ takes: 2, seed: 1 });
    world.hold = 'mux';
    const work = world.studio.generate();
    await world.held();
    await vi.waitFor(() => expect(world.requests.map(({ settings }) => settings.seed)).toEqual([1, 2]));
    expect(state(world).takes).toEqual([]);
    world.failures.set('generate', new AppError('device-lost', 'Lost.'));
    world.release();
    await work;
    expect(
      state(world)
        .takes.map(({ recipe }) => recipe.seed)
        .slice(0, 1),
    ).toEqual([1]);
  });

  it('keep what is done when a later one fails', async () => {
    const world = await opened();
    world.studio.setDraft({ takes: 3 });
    world.hold = 'generate';
    const work = world.studio.generate();
    await world.held();
    world.release();
    world.hold = 'generate';
    await world.held();
    world.failures.set('generate', new AppError('device-lost', 'Lost.'));
    world.release();
    expect(await work).toMatchObject({ status: 'failed', error: { code: 'device-lost' } });
    expect(state(world).takes).toHaveLength(1);
  });

  it('are picked and discarded one by one, and the stage never stands empty by it', async () => {
    const world = await opened();
    world.studio.setDraft({ takes: 3, seed: 1 });
    await world.studio.generate();
    const [a, b, c] = state(world).takes;
    world.studio.show('source');
    world.studio.selectTake(b!.id);
    expect(state(world).shown).toBe('result');
    expect(selected(world)?.recipe.seed).toBe(2);
    world.studio.discardTake(b!.id);
    expect(state(world).shown).toBe('result');
    expect(selected(world)?.recipe.seed).toBe(3);
    const gone = b!.media.task === 'v2a' ? b!.media.sound : b!.media.clip;
    world.studio.undo();
    expect(state(world).takes.map(({ id }) => id)).toEqual([a!.id, b!.id, c!.id]);
    expect(selected(world)?.recipe.seed).toBe(2);
    world.studio.redo();
    expect(world.studio.blobs.get(gone).size).toBeGreaterThan(0);
    world.studio.discardTake(a!.id);
    expect(selected(world)?.recipe.seed).toBe(3);
    world.studio.discardTake(c!.id);
    expect(state(world)).toMatchObject({ takes: [], selected: undefined, shown: 'source' });
    // With another file there is nothing left to bring back.
    await world.studio.receive([file('other.mp4')]);
    expect(() => world.studio.blobs.get(gone)).toThrow(RangeError);
  });

  it('of earlier runs stay', async () => {
    const world = await opened();
    await world.studio.generate();
    await world.studio.generate();
    expect(state(world).takes).toHaveLength(2);
    expect(selected(world)).toBe(state(world).takes[1]);
  });

  it('belong to their file', async () => {
    const world = await opened();
    await world.studio.generate();
    world.probes.set('notes.txt', new AppError('not-media', 'No media.'));
    await world.studio.receive([file('notes.txt')]);
    expect(state(world).takes).toHaveLength(1);
    await world.studio.receive([file('other.mp4')]);
    expect(state(world)).toMatchObject({ takes: [], selected: undefined, shown: 'source' });
  });
});

describe('exporting', () => {
  it('writes the sound of a take under the picture of its file, named by its seed', async () => {
    const world = await opened();
    world.studio.setDraft({ seed: 7 });
    await world.studio.generate();
    const outcome = await world.studio.exportTake(selected(world)!.id);
    expect(outcome).toMatchObject({
      status: 'done',
      file: { name: 'ball-foley-7.mp4', bytes: 3, notices: [{ code: 'video-reencoded' }], seconds: 1 },
    });
    expect(state(world).exporting).toMatchObject({ phase: 'done', file: { name: 'ball-foley-7.mp4' } });
    if (outcome.status !== 'done') return;
    expect(await world.studio.blobs.get(outcome.file.blob).text()).toBe('mp4');
    world.studio.dismissExport();
    expect(state(world).exporting.phase).toBe('idle');
    expect(() => world.studio.blobs.get(outcome.file.blob)).toThrow(RangeError);
  });

  it('is planned closely also where the container says nothing of the size of its picture', async () => {
    const world = await opened();
    await world.studio.generate();
    const plan = await world.studio.planExport(selected(world)!.id, { kind: 'video', container: 'mp4' });
    expect(plan).toMatchObject({ accuracy: 'close', video: { copied: true }, duration: 2 });
    // 1000 bytes of picture, as the file was asked.
    expect(plan.bytes).toBeGreaterThan(1000);
    expect(plan.bytes).toBeLessThan(10_000);
  });

  it('can be stopped, can fail, and loses no take by it', async () => {
    const world = await opened();
    await world.studio.generate();
    const { id } = selected(world)!;
    world.hold = 'mux';
    const work = world.studio.exportTake(id);
    await world.held();
    expect(await world.studio.exportTake(id)).toMatchObject({ status: 'failed', error: { code: 'busy' } });
    world.studio.cancel();
    expect(await work).toEqual({ status: 'cancelled' });
    world.release();
    world.failures.set('mux', new AppError('too-large', 'Too large.'));
    expect(await world.studio.exportTake(id)).toMatchObject({ status: 'failed', error: { code: 'too-large' } });
    expect(state(world)).toMatchObject({ failure: { during: 'export' }, exporting: { phase: 'idle' } });
    world.failures.clear();
    expect((await world.studio.exportTake(id)).status).toBe('done');
  });
});

describe('a recipe', () => {
  /** A take near an earlier one, shaped and exported; what its file says, dropped into a world where nothing is known. */
  async function exported(extension = 'mp4') {
    const first = await opened();
    first.studio.setDraft({ prompt: 'hammer', seed: 7 });
    first.studio.setSampler({ steps: 9 });
    await first.studio.generate();
    await first.studio.moreLike(selected(first)!.id);
    const take = selected(first)!;
    const spans = [{ span: { start: 0.5, end: 1 }, gain: -Infinity }];
    first.studio.editTake(take.id, { offset: 0.02, originalGain: -6, fadeOut: 0.5, spans });
    await first.studio.exportTake(take.id);
    const recipe = first.tags.at(-1)!.recipe!;
    const world = createWorld();
    const name = `ball-foley-7.${extension}`;
    world.probes.set(name, { ...(extension === 'mp4' ? VIDEO : SOUND), recipe });
    await world.studio.receive([file(name)]);
    return { world, take: selected(first)! };
  }

  it('makes the take again, with its noise and its edit', async () => {
    const { world, take } = await exported();
    await world.studio.generate();
    const again = selected(world)!;
    const { sourceName: _, ...recipe } = take.recipe;
    expect(again.recipe).toMatchObject(recipe);
    expect(take.recipe.variations).toHaveLength(1);
    expect(world.requests.at(-1)?.settings).toMatchObject({ seed: 7, variations: take.recipe.variations });
    // The original is in the mix that the file holds: mixed once more, everything else would be heard twice.
    expect(again.edit).toEqual({ ...take.edit, originalGain: -Infinity });
  });

  it('brings its edit to the take it describes alone', async () => {
    const { world } = await exported();
    world.studio.setDraft({ takes: 2 });
    await world.studio.generate();
    const [first, second] = state(world).takes;
    expect(first?.edit.offset).toBe(0.02);
    expect(second).toMatchObject({ edit: defaultEdit, recipe: { seed: 8, variations: [] } });
  });

  it('of a sound alone waits for the video it was made for', async () => {
    const { world, take } = await exported('wav');
    expect(state(world).restored?.by).toBe('export');
    expect(await world.studio.generate()).toMatchObject({ status: 'failed', error: { code: 'no-video-track' } });
    await world.studio.receive([file('ball.mp4')]);
    expect(state(world)).toMatchObject({ task: 'v2a', restored: { by: 'source' } });
    await world.studio.generate();
    expect(selected(world)).toMatchObject({ edit: take.edit, recipe: take.recipe });
  });

  it('is forgotten with another file', async () => {
    const { world } = await exported();
    await world.studio.receive([file('other.mp4')]);
    expect(state(world).restored).toBeUndefined();
    await world.studio.generate();
    expect(selected(world)).toMatchObject({ edit: defaultEdit, recipe: { variations: [] } });
  });

  it('is in a clip as it is generated', async () => {
    const world = createWorld();
    world.probes.set('rain.wav', SOUND);
    await world.studio.receive([file('rain.wav')]);
    world.studio.setDraft({ seed: 11, prompt: 'rain' });
    await world.studio.generate();
    expect(world.tags).toHaveLength(1);
    expect(world.tags[0]?.title).toBe('rain.wav');
    expect(readRecipe(world.tags[0]?.recipe)).toMatchObject({ task: 'a2v', seed: 11, prompt: 'rain' });
    const { id } = selected(world)!;
    const outcome = await world.studio.exportTake(id);
    expect(outcome.status === 'done' && outcome.file.bytes).toBe(3);
  });
});

describe('the pack', () => {
  it('is read when the studio starts, and again when that failed', async () => {
    const world = createWorld();
    world.failures.set('manifest', new AppError('pack-missing', 'Not there.'));
    await world.studio.receive([file('ball.mp4')]);
    expect(state(world).pack).toMatchObject({ phase: 'failed', error: { code: 'pack-missing' } });
    expect(await world.studio.generate()).toMatchObject({ status: 'failed', error: { code: 'pack-missing' } });
    world.failures.clear();
    expect((await world.studio.generate()).status).toBe('done');
    expect(state(world).pack).toMatchObject({ phase: 'known', manifest: world.manifest });
  });
});

describe('the seed', () => {
  it('is drawn anew for every generation, and shown', async () => {
    const world = await opened();
    await world.studio.generate();
    const first = selected(world)?.recipe.seed;
    expect(state(world).draft.seed).toBe(first);
    await world.studio.generate();
    expect(selected(world)?.recipe.seed).not.toBe(first);
  });

  it('stays once it is set or rolled by hand', async () => {
    const world = await opened();
    world.studio.setDraft({ seed: 42 });
    await world.studio.generate();
    await world.studio.generate();
    expect(selected(world)?.recipe.seed).toBe(42);
    world.studio.rollSeed();
    const { seed } = state(world).draft;
    await world.studio.generate();
    expect(selected(world)?.recipe.seed).toBe(seed);
  });
});

describe('the sampler', () => {
  it('keeps the changes of each task apart, and forgets them when asked', async () => {
    const world = await opened();
    world.studio.setSampler({ steps: 50 });
    world.studio.setTask('a2v');
    await world.studio.generate();
    expect(world.requests.at(-1)?.settings.steps).toBe(world.manifest.sampler.a2v.steps);
    world.studio.setTask('v2a');
    await world.studio.generate();
    expect(world.requests.at(-1)?.settings.steps).toBe(50);
    world.studio.resetSampler();
    await world.studio.generate();
    expect(world.requests.at(-1)?.settings.steps).toBe(world.manifest.sampler.v2a.steps);
  });
});
