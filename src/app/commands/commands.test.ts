import { afterEach, describe, expect, test, vi } from 'vitest';
import { createWorld, file, type World } from '../../state/testing/fakes.ts';
import { LANGUAGES } from '../../text/language.ts';
import { standingCommands } from './all.ts';
import { fileCommands } from './file.ts';
import { chordAria, chordLabel, chordOf, type KeyEventLike } from './keys.ts';
import { conflictIn, register, registered, type Command } from './registry.ts';

/** Every list of commands in this folder: what a feature adds is checked with the rest. */
const modules = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./*.test.ts', '!./all.ts'], { eager: true });
const all: readonly Command[] = [
  ...Object.values(modules)
    .flatMap((module) => Object.values(module))
    .filter((value): value is readonly Command[] => Array.isArray(value) && value.some(isCommand)),
].flat();

function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && 'run' in value;
}

const commands = [...all, ...fileCommands(() => undefined)];

describe('all commands', () => {
  test('are found, and nothing is left out of the page', () => {
    expect(commands.length).toBeGreaterThan(20);
    for (const command of all) expect(standingCommands).toContain(command);
  });

  test('no two share an id or a key', () => {
    expect(conflictIn(commands)).toBeUndefined();
    const twin = { ...commands[0]!, id: 'x.twin' };
    expect(conflictIn([...commands, twin])).toMatch(/share the key/);
    expect(conflictIn([...commands, { ...twin, id: commands[0]!.id }])).toMatch(/two commands/);
  });

  test.each(commands.map((command) => [command.id, command] as const))('%s', (_, { title, keys, whileTyping, id }) => {
    expect(id).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
    for (const language of LANGUAGES) expect(title[language].trim()).not.toBe('');
    expect(title.ko).toMatch(/\p{Script=Hangul}/u);
    expect(title.en).not.toMatch(/\p{Script=Hangul}/u);
    // By its own key, or by the palette, which has one.
    expect(keys.length > 0 || commands.some((other) => other.id === 'page.palette' && other.keys.length > 0)).toBe(
      true,
    );
    // What is typed must never run a command.
    if (whileTyping) for (const chord of keys) expect(chord).toMatch(/^(Mod\+|Escape$)/);
    // The same key again, through the event that makes it.
    for (const chord of keys) expect(chordOf(eventOf(chord), false)).toBe(chord);
  });
});

function eventOf(chord: string): KeyEventLike {
  const key = chord.split('+').at(-1) ?? '';
  return {
    key: key === 'Space' ? ' ' : key,
    code: /^[A-Z]$/.test(key) ? `Key${key}` : /^\d$/.test(key) ? `Digit${key}` : key,
    ctrlKey: chord.includes('Mod+'),
    metaKey: false,
    altKey: chord.includes('Alt+'),
    shiftKey: chord.includes('Shift+'),
  };
}

describe('keys', () => {
  const press = (event: Partial<KeyEventLike>, mac = false) =>
    chordOf({ key: '', code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...event }, mac);

  test.each([
    ['a letter', press({ key: 'k', code: 'KeyK' }), 'K'],
    ['a letter with Caps Lock', press({ key: 'K', code: 'KeyK' }), 'K'],
    ['with Shift', press({ key: 'D', code: 'KeyD', shiftKey: true }), 'Shift+D'],
    ['a French A lies at Q', press({ key: 'a', code: 'KeyQ' }), 'A'],
    ['a Korean layout', press({ key: 'ㅏ', code: 'KeyK' }), 'K'],
    ['an input method at work', press({ key: 'Process', code: 'KeyK', ctrlKey: true }), 'Mod+K'],
    ['a question mark anywhere', press({ key: '?', code: 'Minus', shiftKey: true }), '?'],
    ['a question mark without Shift', press({ key: '?', code: 'KeyM' }), '?'],
    ['the number pad', press({ key: '3', code: 'Numpad3' }), '3'],
    ['Command on a Mac', press({ key: 'k', code: 'KeyK', metaKey: true }, true), 'Mod+K'],
    ['Control on a Mac is another', press({ key: 'k', code: 'KeyK', ctrlKey: true }, true), 'Other+K'],
    ['Alt on a Mac types a sign', press({ key: '˚', code: 'KeyK', altKey: true }, true), 'Alt+K'],
    ['the bar', press({ key: ' ', code: 'Space' }), 'Space'],
  ])('%s', (_, chord, expected) => {
    expect(chord).toBe(expected);
  });

  test('are written as the machine writes them', () => {
    expect(chordLabel('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
    expect(chordLabel('Mod+Shift+Z', true)).toBe('⌘⇧Z');
    expect(chordLabel('Mod++', false)).toBe('Ctrl++');
    expect(chordLabel('Escape', false)).toBe('Esc');
    expect(chordAria('Mod+K', true)).toBe('Meta+K');
    expect(chordAria('Mod+K', false)).toBe('Control+K');
  });
});

describe('registering', () => {
  const command: Command = {
    id: 'edit.test',
    group: 'edit',
    title: { en: 'Test', ko: '시험' },
    keys: ['X'],
    enabled: () => true,
    run: vi.fn(),
  };
  let unregister: () => void = () => undefined;
  afterEach(() => unregister());

  test('adds and takes away; a taken key is refused and changes nothing', () => {
    unregister = register([command]);
    expect(registered()).toContain(command);
    expect(() => register([{ ...command, id: 'edit.other' }])).toThrow(/share the key X/);
    expect(registered()).toHaveLength(1);
    unregister();
    expect(registered()).toEqual([]);
  });
});

describe('what they do', () => {
  const run = (world: World, id: string) => {
    const command = commands.find((known) => known.id === id)!;
    const enabled = command.enabled(world.studio.store.getState());
    if (enabled) command.run(world.studio);
    return enabled;
  };
  async function withTakes(): Promise<World> {
    const world = createWorld();
    await world.studio.receive([file('ball.mp4')]);
    world.studio.setDraft({ takes: 3 });
    await world.studio.generate();
    return world;
  }
  const place = ({ studio }: World) => {
    const { takes, selected } = studio.store.getState();
    return takes.findIndex(({ id }) => id === selected) + 1;
  };

  test('nothing is enabled that has nothing to work on', () => {
    const world = createWorld();
    const enabled = commands.filter((command) => command.enabled(world.studio.store.getState()));
    expect(enabled.filter(({ group }) => group === 'takes' || group === 'player')).toEqual([]);
    expect(run(world, 'generate.start')).toBe(false);
    expect(run(world, 'generate.cancel')).toBe(false);
  });

  test('generate and cancel take turns', async () => {
    const world = createWorld();
    await world.studio.receive([file('ball.mp4')]);
    world.hold = 'generate';
    expect(run(world, 'generate.start')).toBe(true);
    expect(run(world, 'generate.start')).toBe(false);
    expect(run(world, 'file.open')).toBe(false);
    await world.held();
    expect(run(world, 'generate.cancel')).toBe(true);
    await vi.waitFor(() => expect(world.studio.store.getState().job.phase).toBe('idle'));
    expect(world.studio.store.getState().takes).toEqual([]);
  });

  test('takes by number, in turn and round the end; the original; discard', async () => {
    const world = await withTakes();
    expect(place(world)).toBe(1);
    run(world, 'takes.3');
    expect(place(world)).toBe(3);
    run(world, 'takes.next');
    expect(place(world)).toBe(1);
    run(world, 'takes.previous');
    expect(place(world)).toBe(3);
    expect(run(world, 'takes.4')).toBe(false);
    run(world, 'takes.original');
    expect(world.studio.store.getState().shown).toBe('source');
    run(world, 'takes.discard');
    expect(world.studio.store.getState().takes).toHaveLength(2);
  });

  test('seed and task', () => {
    const world = createWorld();
    const draft = () => world.studio.store.getState().draft;
    const { seed, drawSeed } = draft();
    run(world, 'generate.roll');
    expect(draft().seed).not.toBe(seed);
    run(world, 'generate.lock');
    expect(draft().drawSeed).toBe(drawSeed);
    run(world, 'generate.task');
    expect(world.studio.store.getState().task).toBe('a2v');
  });
});
