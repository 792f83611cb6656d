/** The eyes that ship, against PyTorch: how a picture is scaled, and what is seen in it. See e2e/fixtures/eyes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { parseEyesManifest, parseWordTable } from '../model/eyes-manifest.ts';
import { sayWhatIsSeen } from '../model/eyes.ts';
import { lookAt } from './eyes-look.ts';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'e2e/fixtures/eyes');
const EYES = join(ROOT, 'public/models/eyes');

interface Parity {
  readonly size: number;
  readonly aspect: number;
  readonly side: number;
  readonly pixels: { readonly every: number; readonly squashed: number[]; readonly middle: number[] };
  readonly logits: number[];
}
const parity = JSON.parse(readFileSync(join(FIXTURES, 'clock.json'), 'utf8')) as Parity;
const rgb = new Uint8Array(readFileSync(join(FIXTURES, 'clock.rgb')));
const manifest = parseEyesManifest(readFileSync(join(EYES, 'manifest.json'), 'utf8'));

const furthest = (made: ArrayLike<number>, wanted: readonly number[]) =>
  wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (made[i] ?? NaN))), 0);

test.each([
  ['squashed', 1],
  ['middle', parity.aspect],
] as const)('pixels of the %s picture are those of PyTorch, within a hundredth of a step', (which, aspect) => {
  const made = lookAt(rgb, parity.size, aspect, parity.side).filter((_, i) => i % parity.pixels.every === 0);
  expect(made.length).toBe(parity.pixels[which].length);
  expect(furthest(made, parity.pixels[which])).toBeLessThan(0.01);
});

test('a tall picture is looked at in the middle of its height', () => {
  const size = 32;
  const stripes = new Uint8Array(size * size * 3).map((_, i) => (Math.floor(i / (size * 3)) < 8 ? 255 : 0));
  // Half as wide as high: the middle half of the height, without the upper quarter.
  expect(Math.max(...lookAt(stripes, size, 0.5, 8).slice(8 * 3))).toBe(0);
  expect(Math.max(...lookAt(stripes, size, 1, 8))).toBe(255);
});

test('logits are those of PyTorch in float32, within a twentieth of the largest, and what they say is the same', async () => {
  const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(join(EYES, manifest.graph.file))));
  const pixels = lookAt(rgb, parity.size, parity.aspect, parity.side);
  const shape = [1, parity.side, parity.side, 3];
  const { logits } = await session.run({ pixels: new ort.Tensor('float32', pixels, shape) });
  const made = logits?.data as Float32Array;
  const largest = Math.max(...parity.logits.map(Math.abs));
  expect(furthest(made, parity.logits) / largest).toBeLessThan(0.05);

  const groups = parseWordTable(readFileSync(join(EYES, manifest.words.file), 'utf8'));
  const say = (values: Float32Array) =>
    sayWhatIsSeen({ times: [0.5], logits: values, groups, rule: manifest }, undefined, ['clock', 'tick'])?.words;
  expect(say(made)).toEqual(['clock', 'tick']);
  expect(say(Float32Array.from(parity.logits))).toEqual(['clock', 'tick']);
});
