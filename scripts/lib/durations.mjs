/** How long every test took, from the reports that Vitest, pytest and Playwright write. */

/** @typedef {{ suite: string, file: string, test: string, seconds: number, status: string }} Duration */

/**
 * @param {string} text the JSON of Vitest's reporter `json`
 * @param {string} root folder that file names are given relative to
 * @returns {Duration[]}
 */
export function fromVitest(text, root) {
  /** @type {{ testResults: { name: string, assertionResults: { fullName: string, status: string, duration?: number | null }[] }[] }} */
  const { testResults } = JSON.parse(text);
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName, status, duration }) => ({
        suite: 'unit',
        file: name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name,
        test: fullName,
        seconds: (duration ?? 0) / 1000,
        status,
      })),
  );
}

/**
 * @param {string} text the XML of `pytest --junitxml`, one test a `testcase`, fixtures included
 * @returns {Duration[]}
 */
export function fromPytest(text) {
  const cases = text.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...cases].flatMap(([, attributes = '', body = '']) => {
    if (body.includes('<skipped')) return [];
    const value = (/** @type {string} */ name) => {
      const found = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
      return found.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity) => ENTITIES[/** @type {'lt'} */ (entity)]);
    };
    return {
      suite: 'python',
      file: `training/${value('classname').replaceAll('.', '/')}.py`,
      test: value('name'),
      seconds: Number(value('time')),
      status: /<(failure|error)\b/.test(body) ? 'failed' : 'passed',
    };
  });
}

const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/**
 * @typedef {{ title: string, file: string, specs?: { title: string, tests: { results: { duration: number, status: string }[] }[] }[], suites?: Suite[] }} Suite
 * @param {string} text the JSON of Playwright's reporter `json`; attempts of one test are added up
 * @returns {Duration[]}
 */
export function fromPlaywright(text) {
  /** @type {{ suites: Suite[] }} */
  const { suites } = JSON.parse(text);
  /** @type {(suite: Suite, above: readonly string[]) => Duration[]} */
  const walk = (suite, above) => [
    ...(suite.specs ?? []).flatMap(({ title, tests }) =>
      tests.flatMap(({ results }) => {
        const last = results.at(-1);
        if (!last || last.status === 'skipped') return [];
        const seconds = results.reduce((sum, { duration }) => sum + duration, 0) / 1000;
        const test = [...above, title].join(' › ');
        return { suite: 'e2e', file: `e2e/${suite.file}`, test, seconds, status: last.status };
      }),
    ),
    ...(suite.suites ?? []).flatMap((inner) => walk(inner, [...above, inner.title])),
  ];
  return suites.flatMap((suite) => walk(suite, []));
}
