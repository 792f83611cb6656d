import { expect, test } from 'vitest';
import { fromPlaywright, fromPytest, fromVitest } from './durations.mjs';

test('Vitest: milliseconds become seconds, what did not run is left out', () => {
  const report = {
    testResults: [
      {
        name: '/home/me/app/src/a.test.ts',
        assertionResults: [
          { fullName: 'group first', status: 'passed', duration: 1500 },
          { fullName: 'group second', status: 'failed', duration: null, failureMessages: ['Error: no\n\n  at a:1'] },
          { fullName: 'group third', status: 'skipped' },
        ],
      },
    ],
  };
  expect(fromVitest(JSON.stringify(report), '/home/me/app')).toEqual([
    { suite: 'unit', file: 'src/a.test.ts', test: 'group first', seconds: 1.5, status: 'passed' },
    {
      suite: 'unit',
      file: 'src/a.test.ts',
      test: 'group second',
      seconds: 0,
      status: 'failed',
      problem: 'Error: no\n  at a:1',
    },
  ]);
});

test('pytest: cases with and without a body, names with entities', () => {
  const report = `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="4">
    <testcase classname="tests.test_a" name="test_one[a &amp; &quot;b&quot;]" time="0.250" />
    <testcase classname="tests.test_a" name="test_two" time="12.5"><failure message="no&#10;E   why">a &lt; b</failure></testcase>
    <testcase classname="tests.test_b" name="test_three" time="0.0"><skipped type="pytest.skip" /></testcase>
    <testcase classname="tests.test_b" name="test_four" time="1"></testcase></testsuite></testsuites>`;
  expect(fromPytest(report)).toEqual([
    { suite: 'python', file: 'training/tests/test_a.py', test: 'test_one[a & "b"]', seconds: 0.25, status: 'passed' },
    {
      suite: 'python',
      file: 'training/tests/test_a.py',
      test: 'test_two',
      seconds: 12.5,
      status: 'failed',
      problem: 'no\nE   why',
    },
    { suite: 'python', file: 'training/tests/test_b.py', test: 'test_four', seconds: 1, status: 'passed' },
  ]);
});

test('Playwright: groups stand before the title, attempts are added up', () => {
  const report = {
    suites: [
      {
        title: 'a.spec.ts',
        file: 'a.spec.ts',
        specs: [{ title: 'skips', tests: [{ results: [{ duration: 0, status: 'skipped' }] }] }],
        suites: [
          {
            title: 'group',
            file: 'a.spec.ts',
            specs: [
              {
                title: 'passes at last',
                tests: [
                  {
                    results: [
                      { duration: 700, status: 'failed', error: { message: '\u001b[31mError: too late\u001b[39m' } },
                      { duration: 1300, status: 'passed' },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
  expect(fromPlaywright(JSON.stringify(report))).toEqual([
    {
      suite: 'e2e',
      file: 'e2e/a.spec.ts',
      test: 'group › passes at last',
      seconds: 2,
      status: 'flaky',
      problem: 'Error: too late',
    },
  ]);
});
