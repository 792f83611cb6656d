/**
 * The HTTP headers that the app needs, said once: the servers of this project send them, the build and deploy/ hand them
 * to other servers, and the service worker adds them where a server sends none.
 */

const POLICY = /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]+)"\s*\/>/;

/**
 * The Content-Security-Policy that a page carries.
 * @param {string} html
 */
export function policyOf(html) {
  const policy = POLICY.exec(html)?.[1];
  if (policy === undefined) throw new Error('The page has no Content-Security-Policy.');
  return policy;
}

export const withoutPolicy = (/** @type {string} */ html) => html.replace(POLICY, '');

/** WASM threads need a cross-origin isolated page. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * What every file needs. Workers do not inherit the policy of the page, so it is served as a header as well.
 * @param {string} policy
 * @returns {Record<string, string>}
 */
export const commonHeaders = (policy) => ({ ...ISOLATION, 'Content-Security-Policy': policy });

/** The names of these files change with their content. */
export const HASHED_FOLDER = 'assets/';
export const CACHE_HASHED = 'public, max-age=31536000, immutable';
/** Kept, but asked for again each time: a new version of the app is seen at once. */
export const CACHE_OTHERS = 'no-cache';

/**
 * Content types that some servers lack, by the end of a name. Browsers refuse a module of another type.
 * @type {Readonly<Record<string, string>>}
 */
export const TYPES = {
  mjs: 'text/javascript',
  webmanifest: 'application/manifest+json',
  onnx: 'application/octet-stream',
};

/**
 * @param {string} path below the app's folder
 * @param {string} policy
 * @returns {Record<string, string>}
 */
export function headersFor(path, policy) {
  const cache = path.startsWith(HASHED_FOLDER) ? CACHE_HASHED : CACHE_OTHERS;
  const type = TYPES[path.slice(path.lastIndexOf('.') + 1)];
  return { ...commonHeaders(policy), 'Cache-Control': cache, ...(type === undefined ? {} : { 'Content-Type': type }) };
}
