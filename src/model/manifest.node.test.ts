/** Manifests of before, as they were written, must stay valid. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseManifest } from './validate.ts';

const FOLDER = join(import.meta.dirname, '../../e2e/fixtures/manifests');
const kept = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

test.each(['first.json', 'without-second-attempt.json'])('%s', (file) => {
  const { secondAttempt, text } = parseManifest(kept(file));
  // What the app did before packs said it.
  expect(secondAttempt).toEqual({ silentBelow: -40, guidance: 6 });
  expect(text.negatives).toEqual({
    v2a: ['silence', 'loud', 'several', 'fast', 'water', 'wind', 'metal', 'glass', 'whoosh', 'steady'],
    a2v: ['still', 'several', 'fast', 'water', 'spark', 'rain', 'box', 'person'],
  });
});

/** Earlier words as keys or names of graphs, and today's. */
const WORDS: Readonly<Record<string, string>> = {
  naming: 'tagger',
  namer: 'tagger',
  lean: 'onsetBias',
  hushed: 'quietLevel',
  unceasing: 'continuousLevel',
};
const EARLIER = new RegExp(`"(${Object.keys(WORDS).join('|')})"`, 'g');

test.each(['without-second-attempt.json', 'with-earlier-words.json'])(
  '%s, in earlier words or in those of today',
  (file) => {
    const earlier = kept(file);
    expect(new Set(earlier.match(EARLIER))).toHaveLength(Object.keys(WORDS).length);
    const parsed = parseManifest(earlier);
    expect(parsed).toEqual(parseManifest(earlier.replace(EARLIER, (_, word: string) => `"${WORDS[word]}"`)));
    expect(JSON.stringify(parsed)).not.toMatch(EARLIER);

    expect(parsed.tagger).toEqual({ graph: 'tagger', seenAbove: 0.5 });
    // Files keep the names that they have.
    expect(parsed.graphs.tagger?.file).toBe('namer.onnx');
    expect(parsed.golden.cases.map(({ graph }) => graph)).toContain('tagger');
    expect(parsed.timing?.level).toMatchObject({ onsetBias: 0.7, quietLevel: -0.3, continuousLevel: 0.1 });
  },
);

test.each([
  'null',
  '[]',
  '"naming"',
  '{"naming":"namer","graphs":[{"namer":1}]}',
  '{"graphs":null,"tagger":7,"timing":{"level":"lean"},"golden":{"cases":{"graph":"namer"}}}',
  '{"golden":{"cases":[null,"namer",{"graph":1}]},"timing":[]}',
])('what is no manifest is refused as one: %s', (text) => {
  expect(() => parseManifest(text)).toThrow(expect.objectContaining({ code: 'pack-invalid' }));
});

test('a pack at 48 kHz says how a wave is found, and what does not fit is named', () => {
  const text = readFileSync(join(FOLDER, '../packs/tiny-48k/manifest.json'), 'utf8');
  const { grid, phases } = parseManifest(text);
  expect([grid.sampleRate, grid.samplesPerLatent]).toEqual([48_000, 1536]);
  expect(phases?.upper.edges.at(-1)).toBe(20_000);

  const json = JSON.parse(text) as { phases: Record<string, unknown> };
  const changed = (change: object) => () => parseManifest(JSON.stringify({ ...json, ...change }));
  const without = changed({ phases: undefined });
  expect(without).toThrow('phases of the sound belong to the second schema');
  expect(changed({ schema: 3 })).toThrow('schema');
  expect(changed({ phases: { ...json.phases, hop: 512 } })).toThrow('do not overlap by three quarters');
  expect(changed({ phases: { ...json.phases, startFrames: 127 } })).toThrow('the fixed phases do not fit');
});
