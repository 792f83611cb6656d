import { expect, test } from 'vitest';
import { testManifest } from '../model/testing/manifest.ts';
import { checkGolden } from './golden.ts';
import { createFakeRunner } from './testing/fake-runner.ts';

const signal = new AbortController().signal;

/** Three bags of one word each, of which the fake says 2, 3 and 2; the file keeps the first and the last answer. */
function check(...kept: number[]) {
  const manifest = testManifest();
  const bags = [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];
  const bytes = new Uint8Array(Float32Array.from([...bags, ...kept]).buffer);
  const cases = [
    {
      graph: 'text',
      inputs: { bag: { shape: [3, 5], offset: 0 } },
      outputs: { text_audio: { shape: [3, 1], offset: bags.length, stride: 2 } },
    },
  ];
  return checkGolden(createFakeRunner(manifest), { cases, tolerance: 0.01 }, bytes, signal);
}

test('of a large output every so many values are compared', async () => {
  await expect(check(2, 2)).resolves.toBeUndefined();
  await expect(check(2, 3)).rejects.toMatchObject({ code: 'golden-failed' });
  await expect(check(2)).rejects.toMatchObject({ code: 'pack-invalid' });
});
