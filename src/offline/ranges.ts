/** Parts of stored files: players ask for bytes `from-to`, and a cache holds whole files only. Pure. */

/**
 * The part of `whole` that a Range header asks for, as status 206; the whole where the header is none that a player
 * sends, and 416 where it lies beyond the end.
 */
export async function partOf(whole: Response, range: string | null): Promise<Response> {
  const wanted = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!wanted || (wanted[1] === '' && wanted[2] === '')) return whole;
  const blob = await whole.blob();
  const { size } = blob;
  const headers = new Headers(whole.headers);
  // Without a start, the last so many bytes.
  const start = wanted[1] === '' ? Math.max(0, size - Number(wanted[2])) : Number(wanted[1]);
  const end = wanted[1] === '' || wanted[2] === '' ? size - 1 : Math.min(size - 1, Number(wanted[2]));
  if (start > end) {
    headers.set('Content-Range', `bytes */${size}`);
    headers.set('Content-Length', '0');
    return new Response(null, { status: 416, headers });
  }
  headers.set('Content-Range', `bytes ${start}-${end}/${size}`);
  headers.set('Content-Length', String(end - start + 1));
  headers.set('Accept-Ranges', 'bytes');
  return new Response(blob.slice(start, end + 1, blob.type), { status: 206, headers });
}
