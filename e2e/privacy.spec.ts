/** The page asks for nothing but its own files, and could not do otherwise. Tiny pack. */

import { expect, test } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';

test('a whole session stays within the origin and within the policy', async ({ page, baseURL }) => {
  const requests: { url: string; method: string }[] = [];
  const violations: string[] = [];
  page.context().on('request', (request) => requests.push({ url: request.url(), method: request.method() }));
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) violations.push(message.text());
  });
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-15.mp4');
  await app.setSampler({ steps: 1 });
  await app.generate();
  await app.openFile('sound.wav');
  await app.setSampler({ steps: 1 });
  await app.generate();

  expect(violations).toEqual([]);
  const foreign = requests.filter(({ url }) => !url.startsWith(`${baseURL}/`) && !url.startsWith(`blob:${baseURL}/`));
  expect(foreign).toEqual([]);
  // Nothing is sent: only files are asked for.
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(requests.length).toBeGreaterThan(10);
});

for (const { policy, outcome } of [
  { policy: 'with', outcome: 'TypeError' },
  // The control: without the policy the same two requests get through, so it is the policy that stops them.
  { policy: 'without', outcome: 'reached' },
]) {
  test(`${policy} the policy, page and worker reaching for another address: ${outcome}`, async ({
    browser,
    baseURL,
  }) => {
    const context = await browser.newContext({ bypassCSP: policy === 'without', baseURL: baseURL ?? '' });
    const page = await context.newPage();
    await AppPage.open(page, { pack: 'tiny' });
    await page.route('https://example.com/**', (route) =>
      route.fulfill({ body: 'reached', headers: { 'Access-Control-Allow-Origin': '*' } }),
    );
    const reach = `fetch('https://example.com/').then((answer) => answer.text(), (error) => error.name)`;
    expect(await page.evaluate(reach)).toBe(outcome);
    const fromWorker = page.evaluate(
      (code) =>
        new Promise<string>((resolve, reject) => {
          const worker = new Worker(URL.createObjectURL(new Blob([`${code}.then(postMessage)`])));
          worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
          worker.onerror = () => reject(new Error('The worker failed.'));
        }),
      reach,
    );
    expect(await fromWorker).toBe(outcome);
    await context.close();
  });
}

test('the policy is served with every file, because workers do not inherit it from the page', async ({
  request,
  page,
}) => {
  await AppPage.open(page, { pack: 'tiny' });
  const meta = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  const scripts = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  for (const url of ['/', ...scripts.filter((name) => name.includes('/assets/'))]) {
    expect((await request.get(url)).headers()['content-security-policy']).toBe(meta);
  }
  expect(meta).toContain("default-src 'self'");
  expect(meta).not.toContain('unsafe-inline');
});
