/** Serving a build as a host should: compressed where the browser takes it, with the headers of headers.mjs. */
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { headersFor, policyOf } from './headers.mjs';
import { ROOT } from './run.mjs';

/**
 * Serves a build, dist/ unless told otherwise. A new build in the same place is served from the next request on.
 * @param {{ folder?: string, port?: number, strictPort?: boolean, host?: string | boolean }} [options] `host`: the
 *   address to listen at; `true` stands for all of this machine. Without `strictPort` a port in use gives way to the next.
 */
export async function serve({ folder = join(ROOT, 'dist'), port = 4173, strictPort = false, host = '127.0.0.1' } = {}) {
  // Only now: before the packages are installed there is no sirv.
  const { default: sirv } = await import('sirv');

  /** @type {{ key: string, handle: import('sirv').RequestHandler } | undefined} */
  let current;
  const handler = () => {
    const { ino, ctimeMs } = statSync(folder);
    const key = `${ino} ${ctimeMs}`;
    if (current?.key === key) return current.handle;
    const policy = policyOf(readFileSync(join(folder, 'index.html'), 'utf8'));
    const handle = sirv(folder, {
      brotli: true,
      gzip: true,
      etag: true,
      setHeaders(response, pathname) {
        for (const [name, value] of Object.entries(headersFor(pathname.slice(1), policy)))
          response.setHeader(name, value);
      },
    });
    current = { key, handle };
    return handle;
  };

  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    /** @type {import('sirv').RequestHandler} */
    let handle;
    try {
      handle = handler();
    } catch (error) {
      // For a moment, while a new build takes the place of the old one.
      console.error(`${folder} cannot be served:`, error);
      response.writeHead(503, { 'Retry-After': '1' }).end();
      return;
    }
    // A missing file is missing: the page must not come back in place of a model.
    handle(request, response, () => void response.writeHead(404).end());
  });

  /** Bytes that closed connections were sent. */
  let sentBefore = 0;
  /** @type {Set<import('node:net').Socket>} */
  const connections = new Set();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => {
      sentBefore += socket.bytesWritten;
      connections.delete(socket);
    });
  });

  const address = host === true ? '0.0.0.0' : host === false ? '127.0.0.1' : host;
  const used = await listen(server, port, address, strictPort);
  const network = address === '0.0.0.0' ? networkAddresses().map((name) => `http://${name}:${used}/`) : [];
  return {
    url: `http://${address === '0.0.0.0' ? '127.0.0.1' : address}:${used}/`,
    network,
    /** Bytes that were sent so far, headers included. */
    sent: () => [...connections].reduce((sum, { bytesWritten }) => sum + bytesWritten, sentBefore),
    close: () =>
      new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {import('node:http').Server} server @param {number} port @param {string} address @param {boolean} strict
 * @returns {Promise<number>} the port that it has
 */
async function listen(server, port, address, strict) {
  for (let wanted = port; ; wanted++) {
    try {
      await new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
        server.once('error', reject);
        server.listen(wanted, address, () => {
          server.off('error', reject);
          resolve();
        });
      });
      const bound = server.address();
      if (bound === null || typeof bound === 'string') throw new Error('The server has no address.');
      return bound.port;
    } catch (error) {
      const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (strict || !inUse || wanted >= 65535) throw error;
    }
  }
}

function networkAddresses() {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
