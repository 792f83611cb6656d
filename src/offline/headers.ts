/** Headers that a static host did not send. Pure. */

/** The response with those of `headers` that it lacks; the same object where it lacks none. */
export function withMissingHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  // What another site or a failure answers is not to be changed.
  if (response.type === 'error' || response.type.startsWith('opaque')) return response;
  const missing = Object.entries(headers).filter(([name]) => !response.headers.has(name));
  if (missing.length === 0) return response;
  const all = new Headers(response.headers);
  for (const [name, value] of missing) all.set(name, value);
  // The body has been decoded on its way here: these two speak of it as it was.
  if (all.has('Content-Encoding')) {
    all.delete('Content-Encoding');
    all.delete('Content-Length');
  }
  // A status without a body allows none, not even an empty one.
  const body = [101, 204, 205, 304].includes(response.status) ? null : response.body;
  return new Response(body, { status: response.status, statusText: response.statusText, headers: all });
}
