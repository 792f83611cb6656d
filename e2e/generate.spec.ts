/** `npm run generate`: the app without a window over a batch of files, with the pack that ships. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { probeFile, sound, videoMd5 } from './harness/reopen.ts';
import { LONG } from './harness/sets.ts';

const ROOT = join(import.meta.dirname, '..');
const SAMPLES = join(ROOT, 'public/samples');
const FIXTURES = join(ROOT, 'e2e/fixtures/media');

interface Line {
  readonly file: string;
  readonly ok: boolean;
  readonly output?: string;
  readonly hits?: string;
  readonly backend?: string;
  readonly seed?: number;
  readonly duration?: number;
  readonly seconds?: Readonly<Record<string, number>>;
  readonly error?: { readonly code: string; readonly message: string };
}

function generate(args: readonly string[]): { status: number | null; lines: Line[]; log: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/generate.mjs'), ...args], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter(Boolean);
  return { status, lines: lines.map((line) => JSON.parse(line) as Line), log: stderr };
}

test('does all files, names the bad ones, and fails because of them', LONG, () => {
  const out = test.info().outputPath('out');
  const good = [join(SAMPLES, 'hammer.mp4'), join(FIXTURES, 'flash-21.5.mp4')];
  const bad = [join(FIXTURES, 'text.mp4'), join(FIXTURES, 'sound.mp3'), join(FIXTURES, 'absent.mp4')];
  const [first = '', ...rest] = good;
  const { status, lines, log } = generate([
    first,
    ...bad,
    ...rest,
    '--task',
    'v2a',
    '--out',
    out,
    '--steps',
    '1',
    '--seed',
    '9',
    '--backend',
    'wasm',
  ]);
  expect(status, log).toBe(1);
  expect(lines.map(({ ok, error }) => (ok ? 'ok' : error?.code))).toEqual([
    'ok',
    'not-media',
    'no-video-track',
    'not-found',
    'ok',
  ]);
  for (const line of lines.filter(({ ok }) => ok)) {
    expect(line).toMatchObject({ seed: 9, backend: 'wasm' });
    for (const part of ['decode', 'load', 'encode', 'sample', 'render', 'mux', 'total']) {
      expect(line.seconds?.[part], part).toBeGreaterThanOrEqual(0);
    }
    const output = line.output ?? '';
    expect(videoMd5(output)).toBe(videoMd5(line.file));
    expect(Math.abs(Number(probeFile(output).format.duration) - (line.duration ?? 0))).toBeLessThan(0.07);
    expect(sound(output, 'own').samples.some((value) => Math.abs(value) > 1e-4)).toBe(true);
  }
  expect(lines.at(-1)?.output).toBe(join(out, 'flash-21.5.mp4'));
  expect(log).not.toContain('The page reports');
});

test('makes a clip from the sound of a video', () => {
  const out = test.info().outputPath('out');
  const args = ['--task', 'a2v', '--out', out, '--steps', '1', '--prompt', 'hammer', '--negative', 'water'];
  const { status, lines, log } = generate([join(SAMPLES, 'blows.wav'), ...args]);
  expect(status, log).toBe(0);
  expect(lines).toHaveLength(1);
  // No GPU on most machines that run tests; whichever it was, the line says so.
  expect(lines[0]?.backend).toMatch(/^(wasm|webgpu)$/);
  const picture = probeFile(lines[0]?.output ?? '').streams.find(({ codec_type }) => codec_type === 'video');
  expect(picture).toMatchObject({ width: 256, height: 256 });
});

test('makes a sound from hits of a file, of the picture and of the own sound, and writes them', () => {
  const out = test.info().outputPath('out');
  mkdirSync(out, { recursive: true });
  const labels = join(out, 'mine.txt');
  writeFileSync(labels, '0.500000\t0.500000\t0.8\n1.750000\t1.750000\t0.5\n');
  const video = join(SAMPLES, 'hammer.mp4');
  const hitsFor = (file: string, ...args: string[]) => {
    const base = ['--task', 'v2a', '--out', out, '--backend', 'wasm', '--steps', '1', '--write-hits'];
    const { status, lines, log } = generate([file, ...base, ...args]);
    expect(status, `${log}${JSON.stringify(lines)}`).toBe(0);
    const written = readFileSync(lines[0]?.hits ?? '', 'utf8');
    const rows = written.split('\n').filter((row) => row !== '' && !/level/i.test(row));
    return { output: lines[0]?.output ?? '', times: rows.map((row) => Number(row.split('\t')[0])) };
  };
  const mine = hitsFor(video, '--hits', labels, '--prompt', 'hammer');
  expect(mine.times).toEqual([0.5, 1.75]);
  const { comment = '' } = probeFile(mine.output).format.tags as Record<string, string>;
  expect((JSON.parse(/\{.*/s.exec(comment)?.[0] ?? '{}') as { timing?: unknown }).timing).toEqual({ hits: [[0.5, 0.8], [1.75, 0.5]] }); // prettier-ignore
  expect(hitsFor(video, '--hits-from', 'picture').times.length).toBeGreaterThan(0);
  const heard = hitsFor(join(FIXTURES, 'flash-21.5.mp4'), '--hits-from', 'sound').times;
  expect(heard.length).toBeGreaterThan(0);
  writeFileSync(labels, '<html>');
  const { status, lines } = generate([video, '--task', 'v2a', '--out', out, '--backend', 'wasm', '--hits', labels]);
  expect([status, lines[0]?.error?.code]).toEqual([1, 'hits-unreadable']);
});

test('a file that takes too long costs only itself', () => {
  const out = test.info().outputPath('out');
  const files = [join(SAMPLES, 'drops.mp4'), join(SAMPLES, 'hammer.mp4')];
  const args = ['--task', 'v2a', '--out', out, '--backend', 'wasm', '--timeout', '1'];
  const { status, lines } = generate([...files, ...args]);
  expect(status).toBe(1);
  expect(lines.map(({ error }) => error?.message)).toEqual(['No result after 1 s.', 'No result after 1 s.']);
  expect(existsSync(join(out, 'drops.mp4'))).toBe(false);
});

test('says what is wrong with its arguments', () => {
  for (const args of [
    ['--task', 'v2a', '--out', 'x'],
    ['a.mp4', '--out', 'x'],
    ['a.mp4', '--task', 'v2a', '--out', 'x', '--steps', 'many'],
    ['a.mp4', 'b.mp4', '--task', 'v2a', '--out', 'x', '--hits', 'a.txt'],
    ['a.mp4', '--task', 'a2v', '--out', 'x', '--hits-from', 'sound'],
  ]) {
    const { status, log } = generate(args);
    expect(status).toBe(2);
    expect(log).toContain('npm run generate --');
  }
});
