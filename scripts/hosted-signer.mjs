/**
 * `node scripts/hosted-signer.mjs --port 8787`: signs uploads of hosted links for an S3-compatible store. It sees no content
 * and stores nothing. docs/share.md describes how to set up the bucket.
 *
 * Environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION (default: us-east-1), HOSTED_BUCKET (the bucket's address,
 * such as https://s3.example.org/results), HOSTED_ORIGIN (the app's origin, the only one whose requests are answered).
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { AwsClient } from 'aws4fetch';

/** As in src/share/hosted/sealed.ts. */
const MAX_BYTES = 96 * 1024 * 1024;
/** Seconds for which a signed address is valid. */
const VALID = 300;
const MAX_QUESTION = 1000;

/**
 * @param {{ bucket: string, origin: string, accessKeyId: string, secretAccessKey: string, region?: string }} options
 */
export function createSigner({ bucket, origin, accessKeyId, secretAccessKey, region = 'us-east-1' }) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
  return createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Vary', 'Origin');
    /** @param {number} status @param {object} [body] */
    const answer = (status, body) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    if (request.headers.origin !== origin) return answer(403);
    if (request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Methods', 'POST');
      response.setHeader('Access-Control-Allow-Headers', 'Content-Type');
      return answer(204);
    }
    if (request.method !== 'POST') return answer(405);
    let question = '';
    request.on('data', (part) => {
      question += part;
      if (question.length > MAX_QUESTION) request.destroy();
    });
    request.on('end', () => {
      sign(question).then(
        ({ status, body }) => answer(status, body),
        (error) => {
          console.error('An upload could not be signed.', error);
          answer(500);
        },
      );
    });
  });

  /** @param {string} question */
  async function sign(question) {
    const bytes = bytesOf(question);
    if (!Number.isInteger(bytes) || bytes < 1) return { status: 400, body: undefined };
    if (bytes > MAX_BYTES) return { status: 413, body: undefined };
    // Nobody chooses a name: what lies there cannot be overwritten by whoever knows a link.
    const name = randomBytes(16).toString('hex');
    const url = new URL(`${bucket.replace(/\/+$/, '')}/${name}`);
    url.searchParams.set('X-Amz-Expires', String(VALID));
    const signed = await client.sign(url, {
      method: 'PUT',
      // Signed as well, so that no more can be put there than was asked for.
      headers: { 'Content-Length': String(bytes) },
      aws: { signQuery: true, allHeaders: true },
    });
    return { status: 200, body: { name, url: signed.url } };
  }
}

/** @param {string} question */
function bytesOf(question) {
  try {
    return JSON.parse(question).bytes;
  } catch {
    // No JSON, no number: the caller answers both alike.
    return undefined;
  }
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8787' } } });
  const {
    HOSTED_BUCKET: bucket,
    HOSTED_ORIGIN: origin,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  } = process.env;
  if (!bucket || !origin || !accessKeyId || !secretAccessKey) {
    console.error('HOSTED_BUCKET, HOSTED_ORIGIN, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set.');
    process.exit(2);
  }
  const signer = createSigner({ bucket, origin, accessKeyId, secretAccessKey, ...(region ? { region } : {}) });
  signer.listen(Number(values.port), () => console.log(`Signing uploads on port ${values.port}.`));
}
