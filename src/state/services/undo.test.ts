import { expect, test } from 'vitest';
import { createUndo, type Undo } from './undo.ts';

/** A number that is set through a history, and what became of forgotten changes. */
function counter(options: { limit?: number } = {}) {
  let clock = 0;
  let value = 0;
  const forgotten: string[] = [];
  const undo: Undo = createUndo({ ...options, moment: 1, now: () => clock });
  const set = (to: number, key?: string) => {
    const from = value;
    undo.perform({
      label: `to ${to}`,
      undo: () => (value = from),
      redo: () => (value = to),
      forgotten: (inEffect) => void forgotten.push(`${to} ${inEffect ? 'kept' : 'undone'}`),
      ...(key === undefined ? {} : { key }),
    });
  };
  return { undo, set, forgotten, wait: (seconds: number) => (clock += seconds), value: () => value };
}

test('undoes and redoes step by step, and names what comes next', () => {
  const { undo, set, value } = counter();
  expect([undo.undo(), undo.redo()]).toEqual([undefined, undefined]);
  set(1);
  set(2);
  expect(undo.store.getState()).toEqual({ undo: 'to 2', redo: undefined });
  expect([undo.undo(), value()]).toEqual(['to 2', 1]);
  expect(undo.store.getState()).toEqual({ undo: 'to 1', redo: 'to 2' });
  expect([undo.undo(), value()]).toEqual(['to 1', 0]);
  expect([undo.undo(), value()]).toEqual([undefined, 0]);
  expect([undo.redo(), undo.redo(), undo.redo(), value()]).toEqual(['to 1', 'to 2', undefined, 2]);
});

test('a movement of one slider is one step; a pause, another slider, a seal or an undo ends it', () => {
  const { undo, set, wait, value } = counter();
  for (const to of [1, 2, 3]) {
    set(to, 'gain');
    wait(0.5);
  }
  set(4, 'offset');
  wait(1.5);
  set(5, 'offset');
  undo.seal();
  set(6, 'offset');
  const values = [value()];
  while (undo.undo() !== undefined) values.push(value());
  expect(values).toEqual([6, 5, 4, 3, 0]);
  undo.redo();
  expect(value()).toBe(3);
  set(7, 'gain');
  undo.undo();
  expect(value()).toBe(3);
  undo.undo();
  expect(value()).toBe(0);
});

test('a very long movement is undone at once', () => {
  const { undo, set, forgotten, value } = counter();
  for (let to = 1; to <= 20_000; to++) set(to, 'gain');
  undo.undo();
  expect(value()).toBe(0);
  undo.redo();
  undo.clear();
  expect([value(), forgotten.length]).toEqual([20_000, 20_000]);
});

test('steps without a key never join', () => {
  const { undo, set, value } = counter();
  set(1);
  set(2);
  undo.undo();
  expect(value()).toBe(1);
});

test('what falls out of the bounded past is freed as done, what can no longer be redone as undone', () => {
  const { undo, set, forgotten, value } = counter({ limit: 2 });
  for (const to of [1, 2, 3]) set(to);
  expect(forgotten).toEqual(['1 kept']);
  undo.undo();
  expect(forgotten).toEqual(['1 kept']);
  set(4);
  expect(forgotten).toEqual(['1 kept', '3 undone']);
  undo.undo();
  undo.undo();
  expect([undo.undo(), value()]).toEqual([undefined, 1]);
  undo.redo();
  undo.clear();
  expect(forgotten).toEqual(['1 kept', '3 undone', '2 kept', '4 undone']);
  expect(undo.store.getState()).toEqual({ undo: undefined, redo: undefined });
});

test('every part of a joined step is freed with it, once', () => {
  const { undo, set, forgotten } = counter();
  set(1, 'gain');
  set(2, 'gain');
  undo.clear();
  undo.clear();
  expect(forgotten).toEqual(['2 kept', '1 kept']);
});

test('changes that an undo makes through the same controls are no new steps', () => {
  let value = 0;
  const undo = createUndo();
  const set = (to: number) => {
    const from = value;
    value = to;
    undo.push({ label: `${to}`, undo: () => set(from), redo: () => set(to) });
  };
  set(1);
  set(2);
  undo.undo();
  undo.undo();
  expect(value).toBe(0);
  undo.redo();
  expect([value, undo.store.getState()]).toEqual([1, { undo: '1', redo: '2' }]);
});

test('a change that fails to undo stays where it is', () => {
  const undo = createUndo();
  undo.push({
    label: 'odd',
    undo: () => {
      throw new Error('no');
    },
    redo: () => undefined,
  });
  expect(() => undo.undo()).toThrow('no');
  expect(undo.store.getState()).toEqual({ undo: 'odd', redo: undefined });
  expect(() => createUndo({ limit: 0 })).toThrow(RangeError);
});
