import { expect, test } from 'vitest';
import { withMissingHeaders } from './headers.ts';

const WANTED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Content-Security-Policy': "default-src 'self'" };

test('what the server does not send is added, and the rest stays', async () => {
  const bare = new Response('text', { status: 200, headers: { 'Content-Type': 'text/html', ETag: '"1"' } });
  const full = withMissingHeaders(bare, WANTED);
  expect(Object.fromEntries(full.headers)).toEqual({
    'content-security-policy': "default-src 'self'",
    'content-type': 'text/html',
    'cross-origin-opener-policy': 'same-origin',
    etag: '"1"',
  });
  expect(await full.text()).toBe('text');
});

test("the server's own word stands", () => {
  const strict = { ...WANTED, 'Content-Security-Policy': "default-src 'none'" };
  const own = new Response('', { headers: strict });
  expect(withMissingHeaders(own, WANTED)).toBe(own);
  const half = new Response('', { headers: { 'Content-Security-Policy': "default-src 'none'" } });
  const full = withMissingHeaders(half, WANTED);
  expect(full.headers.get('Content-Security-Policy')).toBe("default-src 'none'");
  expect(full.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
});

test('a decoded body is not said to be encoded', () => {
  const headers = { 'Content-Encoding': 'br', 'Content-Length': '9', Vary: 'Accept-Encoding' };
  const full = withMissingHeaders(new Response('decoded already', { headers }), WANTED);
  expect(full.headers.get('Content-Encoding')).toBeNull();
  expect(full.headers.get('Content-Length')).toBeNull();
  expect(full.headers.get('Vary')).toBe('Accept-Encoding');
});

test('statuses without a body, and failures', () => {
  expect(withMissingHeaders(new Response(null, { status: 304 }), WANTED).status).toBe(304);
  const failure = Response.error();
  expect(withMissingHeaders(failure, WANTED)).toBe(failure);
});
