import { expect, test } from 'vitest';
import { AppError, cancelled } from '../../errors.ts';
import { sameTiming } from '../../timing/compare.ts';
import type { Timing } from '../../timing/types.ts';
import { createWorld, file, SOUND } from '../testing/fakes.ts';

const at = (...times: number[]): Timing => ({ hits: times.map((time) => ({ time, strength: 0.5 })), level: [] });

async function opened() {
  const world = createWorld({ timing: true });
  await world.studio.receive([file('ball.mp4')]);
  await world.studio.surveyed();
  await world.studio.timingRead();
  const timing = () => world.studio.store.getState().timing;
  const times = () => timing().shown?.hits.map(({ time }) => Math.round(time * 1e4) / 1e4);
  return { world, studio: world.studio, timing, times };
}

/** Stops as the engine does, or goes on when it is let. */
function held() {
  let letGo: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const wait = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      letGo = resolve;
      signal.addEventListener('abort', () => reject(cancelled()));
      begin();
    });
  return { wait, begun, letGo: () => letGo() };
}

test('hits stand on the lane before anything is generated, read by a part of the pack', async () => {
  const { world, timing, times } = await opened();
  expect(times()).toEqual([4.5 / 8]);
  expect(timing()).toMatchObject({ reading: { phase: 'ready', rate: 8, start: 0 }, directed: false });
  expect(world.loads.map(({ part }) => part)).toEqual(['timing']);
  expect(world.readings).toMatchObject([{ count: 16, duration: 2 }]);
});

test('an undirected generation stays as it is, and loads the whole once', async () => {
  const { world, studio } = await opened();
  await studio.generate();
  await studio.generate();
  expect(world.requests.map((request) => 'timing' in request)).toEqual([false, false]);
  expect(world.loads.map(({ part }) => part)).toEqual(['timing', 'v2a']);
  expect(studio.store.getState().takes.every(({ recipe }) => !('timing' in recipe))).toBe(true);
});

test('what a person set is told, and stays with the take', async () => {
  const { world, studio } = await opened();
  studio.setTiming(at(0.3125, 1.5625), { label: 'hits' });
  const outcome = await studio.generate();
  expect(world.requests[0]).toMatchObject({ task: 'v2a' });
  const [request] = world.requests;
  const track = request?.task === 'v2a' ? request.timing : undefined;
  const likely = [...(track ?? [])].filter((_, i) => i % 2 === 0).map((logit) => logit > 2);
  expect(likely.flatMap((is, i) => (is ? [i] : []))).toEqual([2, 12]);
  if (outcome.status !== 'done') throw new Error(outcome.status);
  expect(outcome.takes[0]?.recipe.timing).toEqual(at(0.3125, 1.5625));
  // Others of its kind have it, too, whatever stands on the lane by then.
  studio.setTiming(at(1), { label: 'hits' });
  await studio.moreLike(outcome.takes[0]!.id);
  await studio.renew(outcome.takes[0]!.id, [{ start: 0, end: 0.5 }]);
  expect(
    studio.store
      .getState()
      .takes.slice(1)
      .map(({ recipe }) => recipe.timing),
  ).toEqual([at(0.3125, 1.5625), at(0.3125, 1.5625)]);
});

test('a take of a part keeps the hits of that part', async () => {
  const { world, studio } = await opened();
  studio.setTiming(at(0.3125, 1.5625), { label: 'hits' });
  studio.setTrim({ start: 1, end: 2 });
  await studio.generate();
  expect(studio.store.getState().takes[0]?.recipe.timing).toEqual(at(1.5625));
  const [request] = world.requests;
  const track = request?.task === 'v2a' ? request.timing : undefined;
  expect([...(track ?? [])].findIndex((logit, i) => i % 2 === 0 && logit > 2)).toBe(2 * 4);
});

test('a reading that fails is a state of the lane, and can be tried again', async () => {
  const world = createWorld({ timing: true });
  world.onReading = () => Promise.reject(new AppError('out-of-memory', 'No room.'));
  const { studio } = world;
  await studio.receive([file('ball.mp4')]);
  await studio.surveyed();
  await studio.timingRead();
  expect(studio.store.getState()).toMatchObject({
    failure: undefined,
    input: { phase: 'ready' },
    timing: { reading: { phase: 'failed', error: { code: 'out-of-memory' } }, shown: undefined },
  });
  expect((await studio.generate()).status).toBe('done');
  world.onReading = () => Promise.resolve();
  await studio.readTimingAgain();
  expect(studio.store.getState().timing).toMatchObject({ reading: { phase: 'ready' }, shown: { hits: [{}] } });
});

test('a generation does not wait for a reading, which goes on after it', async () => {
  const world = createWorld({ timing: true });
  const reading = held();
  world.onReading = reading.wait;
  const { studio } = world;
  await studio.receive([file('ball.mp4')]);
  await studio.surveyed();
  await reading.begun;
  expect(studio.store.getState().timing.reading.phase).toBe('reading');
  world.onReading = () => Promise.resolve();
  expect((await studio.generate()).status).toBe('done');
  await studio.timingRead();
  expect(studio.store.getState().timing.reading.phase).toBe('ready');
  expect(world.readings).toHaveLength(2);
});

test('a reading ends with its file', async () => {
  const world = createWorld({ timing: true });
  const reading = held();
  world.onReading = reading.wait;
  const { studio } = world;
  await studio.receive([file('ball.mp4')]);
  await studio.surveyed();
  await reading.begun;
  world.probes.set('rain.wav', SOUND);
  await studio.receive([file('rain.wav')]);
  await studio.surveyed();
  await studio.timingRead();
  expect(studio.store.getState().timing).toMatchObject({ reading: { phase: 'none' }, shown: undefined });
});

test('another sensitivity shows other hits, keeps what was set, and is undone in one step', async () => {
  const { studio, timing, times } = await opened();
  const before = timing();
  studio.setSensitivity(0.7, 'live');
  studio.setSensitivity(0.8, 'done');
  expect(timing()).toMatchObject({ sensitivity: 0.8, directed: true });
  studio.setTiming({ ...at(1), level: [] }, { label: 'hits' });
  studio.setSensitivity(0.5);
  expect(times()).toEqual([1]);
  expect(timing().directed).toBe(true);
  studio.undo();
  studio.undo();
  studio.undo();
  expect(timing()).toEqual(before);
});

test('reading again takes what was set away, until that is undone', async () => {
  const { studio, timing, times } = await opened();
  studio.setTiming(at(1), { label: 'hits' });
  await studio.readTimingAgain();
  expect(times()).toEqual([4.5 / 8]);
  expect(timing().directed).toBe(false);
  studio.undo();
  expect(sameTiming(timing().shown, at(1))).toBe(true);
  expect(timing().directed).toBe(true);
});

test('what was set before the reading was there stays, and undoing it shows the reading', async () => {
  const world = createWorld({ timing: true });
  const reading = held();
  world.onReading = reading.wait;
  const { studio } = world;
  await studio.receive([file('ball.mp4')]);
  await studio.surveyed();
  await reading.begun;
  studio.setTiming(at(1), { label: 'hits' });
  reading.letGo();
  await studio.timingRead();
  expect(studio.store.getState().timing).toMatchObject({ shown: at(1), directed: true, reading: { phase: 'ready' } });
  studio.undo();
  expect(studio.store.getState().timing.shown?.hits).toMatchObject([{ time: 4.5 / 8 }]);
});
