/**
 * An S3-compatible server that checks what its base (s3rver) takes on trust: the signature of version 4, its time, and the
 * headers it covers. After "Authenticating Requests: Using Query Parameters" of the Amazon S3 API reference.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, request as ask, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver from 's3rver';

/** The one pair of keys that the store knows. */
export const KEYS = { accessKeyId: 'STORE-KEY', secretAccessKey: 'store secret/+=' };

export interface StrictStore {
  /** Address of the bucket, without a slash at its end. */
  readonly bucket: string;
  close(): Promise<void>;
}

/** @param cors the bucket's rules in XML, @param directory where its files lie */
export async function openStrictStore(directory: string, name: string, cors: string): Promise<StrictStore> {
  const base = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name, configs: [cors] }],
  });
  const { port } = await base.run();
  const server = createServer((question, answer) => {
    const refusal = question.method === 'PUT' ? refusalOf(question) : undefined;
    if (refusal !== undefined) {
      answer.writeHead(403).end(`<Error><Code>${refusal}</Code></Error>`);
      return;
    }
    const path = (question.url ?? '/').split('?')[0];
    const passed = ask({ port, path, method: question.method, headers: question.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    question.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    bucket: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await base.close();
    },
  };
}

/** The error code of an upload that is not signed as it should be. */
function refusalOf({ url = '/', method = '', headers }: IncomingMessage): string | undefined {
  const { searchParams: query } = new URL(url, 'http://store');
  const expected = signatureOf(method, url, headers, KEYS.secretAccessKey);
  if (!query.get('X-Amz-Credential')?.startsWith(`${KEYS.accessKeyId}/`)) return 'InvalidAccessKeyId';
  if (query.get('X-Amz-Signature') !== expected) return 'SignatureDoesNotMatch';
  const at = (query.get('X-Amz-Date') ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const age = (Date.now() - Date.parse(at)) / 1000;
  return age >= -60 && age <= Number(query.get('X-Amz-Expires')) ? undefined : 'AccessDenied';
}

/** The signature that a presigned request has to carry, in hexadecimal. */
export function signatureOf(
  method: string,
  url: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  secret: string,
): string {
  const { pathname, searchParams: query } = new URL(url, 'http://store');
  const [, day = '', region = '', service = ''] = (query.get('X-Amz-Credential') ?? '').split('/');
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const escape = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const parameters = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .sort();
  const canonical = [
    method,
    pathname,
    parameters.join('&'),
    ...signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    signed.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = [day, region, service, 'aws4_request'];
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', query.get('X-Amz-Date'), scope.join('/'), hash].join('\n');
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const key = scope.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}
