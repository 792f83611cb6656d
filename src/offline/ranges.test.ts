import { expect, test } from 'vitest';
import { partOf } from './ranges.ts';

const whole = () => new Response('0123456789', { headers: { 'Content-Type': 'video/mp4', 'X-Own': 'kept' } });

test.each([
  ['bytes=0-', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
  ['bytes=-3', 206, '789', 'bytes 7-9/10'],
  ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=10-', 416, '', 'bytes */10'],
  ['bytes=0-1,4-5', 200, '0123456789', null],
  ['bytes=-', 200, '0123456789', null],
  [null, 200, '0123456789', null],
])('%s', async (range, status, body, contentRange) => {
  const part = await partOf(whole(), range);
  expect(part.status).toBe(status);
  expect(await part.text()).toBe(body);
  expect(part.headers.get('Content-Range')).toBe(contentRange);
  // The page's isolation and policy travel in headers: a part keeps them.
  expect(part.headers.get('X-Own')).toBe('kept');
  if (status === 206) expect(part.headers.get('Content-Length')).toBe(String(body.length));
});
