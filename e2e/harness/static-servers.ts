/** Servers that are not ours, run with the files in deploy/ on this machine, and a counter of what they send. */

import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** A server that listens, and how much it has sent. */
export interface StaticServer {
  /** Ends in a slash. */
  readonly url: string;
  /** Bytes on the wire towards the browser since the last call, headers included. */
  readonly sent: () => number;
  readonly close: () => Promise<void>;
}

export interface ServerOptions {
  /** Where its own files lie: it is made. */
  readonly folder: string;
  /** The folder it serves. */
  readonly root: string;
  /** As a host that cannot set headers. */
  readonly bare?: boolean;
  /** Without `.br` and `.gz`. */
  readonly plain?: boolean;
}

/** nginx with deploy/nginx.conf. `brotli`: with the module for it, which Debian has in a package of its own. */
export async function startNginx({ folder, root, bare, plain, brotli }: ServerOptions & { readonly brotli?: boolean }) {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  let site = replaced(read('deploy/nginx.conf'), [
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ['root /srv/av-link-studio;', `root ${root};`],
  ]);
  if (bare) site = site.replace(/^ *add_header .*\n/gm, '');
  if (plain) site = replaced(site, [['gzip_static on;', '']]);
  if (brotli) site = replaced(site, [['# brotli_static on;', 'brotli_static on;']]);
  copyFileSync('/etc/nginx/mime.types', join(folder, 'mime.types'));
  writeFileSync(join(folder, 'site.conf'), site);
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${brotli ? `load_module ${BROTLI_MODULE};` : ''}
user root;
daemon off;
pid ${folder}/pid;
error_log stderr warn;
events {}
http {
  access_log off;
  include mime.types;
  default_type application/octet-stream;
  sendfile on;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  include site.conf;
}
`,
  );
  return started('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'], {}, port);
}

const BROTLI_MODULE = '/usr/lib/nginx/modules/ngx_http_brotli_static_module.so';
export const HAS_NGINX_BROTLI = existsSync(BROTLI_MODULE);

/** Caddy with deploy/Caddyfile. */
export async function startCaddy({ folder, root }: Pick<ServerOptions, 'folder' | 'root'>) {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const config = join(folder, 'Caddyfile');
  // Its administration would take a fixed port.
  writeFileSync(config, `{\n\tadmin off\n}\n${read('deploy/Caddyfile')}`);
  const env = { SITE_ADDRESS: `http://127.0.0.1:${port}`, SITE_ROOT: root, HOME: folder, XDG_DATA_HOME: folder };
  return started('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], env, port);
}

/** The text with each of these lines exchanged; a line that is not there fails. */
function replaced(text: string, changes: readonly (readonly [string, string])[]): string {
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`deploy/ has no "${from}" any more.`);
    text = text.replace(from, to);
  }
  return text;
}

async function started(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  port: number,
): Promise<StaticServer> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-4000)));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const failed = new Promise<never>((_, reject) => {
    child.on('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
    child.on('exit', (code) => reject(new Error(`${command} ended with code ${code}:\n${said}`)));
  });
  // It also ends when it is told to, with nobody waiting any more.
  failed.catch(() => undefined);
  await Promise.race([listening(port), failed]);
  const counter = await countingProxy(port);
  return {
    url: `http://127.0.0.1:${counter.port}/`,
    sent: counter.sent,
    close: async () => {
      await counter.close();
      child.kill();
      await ended;
    },
  };
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await bound(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function bound(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Passes everything on and counts what comes back, whoever in the browser asked for it. */
async function countingProxy(to: number) {
  let bytes = 0;
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    near.pipe(far);
    far.pipe(near);
    far.on('data', (part: Buffer) => (bytes += part.length));
    // One end closing closes the other; the browser sees a lost connection as it would from the server itself.
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    open.add(near);
    near.on('close', () => open.delete(near));
  });
  const open = new Set<Socket>();
  return {
    port: await bound(server),
    sent: () => {
      const since = bytes;
      bytes = 0;
      return since;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
