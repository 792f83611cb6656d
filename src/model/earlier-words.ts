/**
 * The words of manifests of before, put into those of today: `naming` and its graph `namer` are `tagger` now, and of the
 * level of a sound `lean` is `onsetBias`, `hushed` is `quietLevel` and `unceasing` is `continuousLevel`. This is the only
 * place that knows the earlier ones.
 */

/** Earlier name of the tagger's graph, in `graphs` and wherever one is named, and today's. */
const GRAPHS = { namer: 'tagger' };
const TOP = { naming: 'tagger' };
const LEVEL = { lean: 'onsetBias', hushed: 'quietLevel', unceasing: 'continuousLevel' };

/**
 * @param json a manifest, not yet validated: what is not where a manifest has it stays as it is
 * @returns a manifest in today's words; `json` itself is not changed
 */
export function inTodaysWords(json: unknown): unknown {
  if (!isObject(json)) return json;
  const manifest = renamed(json, TOP);
  change(manifest, 'graphs', (graphs) => renamed(graphs, GRAPHS));
  change(manifest, 'tagger', withGraph);
  change(manifest, 'timing', (timing) => {
    const copy = { ...timing };
    change(copy, 'level', (level) => renamed(level, LEVEL));
    return copy;
  });
  change(manifest, 'golden', ({ cases, ...golden }) => ({
    ...golden,
    cases: Array.isArray(cases) ? cases.map((one: unknown) => (isObject(one) ? withGraph(one) : one)) : cases,
  }));
  return manifest;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Its keys in today's words, in the same order. */
function renamed(object: Json, words: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [today(key, words), value]));
}

function today(word: string, words: Readonly<Record<string, string>>): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word;
}

/** What names a graph, with the name of today. */
function withGraph(object: Json): Json {
  const { graph } = object;
  return typeof graph === 'string' ? { ...object, graph: today(graph, GRAPHS) } : object;
}

/** Replaces what stands at that key, if it is an object. */
function change(object: Json, key: string, how: (value: Json) => Json): void {
  const value = object[key];
  if (isObject(value)) object[key] = how(value);
}
