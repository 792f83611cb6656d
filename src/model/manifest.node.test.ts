/** Manifests of before, as they were written, must stay valid. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseManifest } from './validate.ts';

const FOLDER = join(import.meta.dirname, '../../e2e/fixtures/manifests');

test.each(['first.json', 'without-second-attempt.json'])('%s', (file) => {
  const { secondAttempt, text } = parseManifest(readFileSync(join(FOLDER, file), 'utf8'));
  // What the app did before packs said it.
  expect(secondAttempt).toEqual({ silentBelow: -40, guidance: 6 });
  expect(text.negatives).toEqual({
    v2a: ['silence', 'loud', 'several', 'fast', 'water', 'wind', 'metal', 'glass', 'whoosh', 'steady'],
    a2v: ['still', 'several', 'fast', 'water', 'spark', 'rain', 'box', 'person'],
  });
});
