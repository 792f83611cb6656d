/**
 * How long every test took and why it failed, from the reports that Vitest, pytest and Playwright write.
 * @typedef {{ suite: string, file: string, test: string, seconds: number, status: string, problem?: string }} Duration
 */

/**
 * @param {string} text the JSON of Vitest's reporter `json`
 * @param {string} root folder that file names are given relative to
 * @returns {Duration[]}
 */
export function fromVitest(text, root) {
  /** @type {{ testResults: { name: string, assertionResults: { fullName: string, status: string, duration?: number | null, failureMessages?: string[] }[] }[] }} */
  const { testResults } = JSON.parse(text);
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName, status, duration, failureMessages }) => ({
        suite: 'unit',
        file: name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name,
        test: fullName,
        seconds: (duration ?? 0) / 1000,
        status,
        ...problemOf(failureMessages?.[0]),
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
      return withoutEntities(found);
    };
    const failure = /<(?:failure|error)\b[^>]*?\bmessage="([^"]*)"/.exec(body)?.[1];
    return {
      suite: 'python',
      file: `training/${value('classname').replaceAll('.', '/')}.py`,
      test: value('name'),
      seconds: Number(value('time')),
      status: /<(failure|error)\b/.test(body) ? 'failed' : 'passed',
      ...problemOf(failure === undefined ? undefined : withoutEntities(failure)),
    };
  });
}

const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#10': '\n' };

/** @param {string} text */
function withoutEntities(text) {
  return text.replace(/&(lt|gt|quot|apos|amp|#10);/g, (_, entity) => ENTITIES[/** @type {'lt'} */ (entity)]);
}

/** Lines of a failure that are shown; the whole stands in the output of its step. */
const LINES_OF_PROBLEM = 4;

/**
 * The first lines of a failure, without colours and empty lines.
 * @param {string | undefined} message
 */
function problemOf(message) {
  if (message === undefined) return {};
  // eslint-disable-next-line no-control-regex -- the colours of a terminal are control characters
  const lines = message.replace(/\u001b\[[0-9;]*m/g, '').split('\n');
  const problem = lines.filter((line) => line.trim() !== '').slice(0, LINES_OF_PROBLEM);
  return { problem: problem.join('\n') };
}

/**
 * @typedef {{ title: string, file: string, specs?: { title: string, tests: { results: { duration: number, status: string, error?: { message?: string } }[] }[] }[], suites?: Suite[] }} Suite
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
        const failure = results.find(({ error }) => error)?.error?.message;
        const status = last.status === 'passed' && failure !== undefined ? 'flaky' : last.status;
        return { suite: 'e2e', file: `e2e/${suite.file}`, test, seconds, status, ...problemOf(failure) };
      }),
    ),
    ...(suite.suites ?? []).flatMap((inner) => walk(inner, [...above, inner.title])),
  ];
  return suites.flatMap((suite) => walk(suite, []));
}
