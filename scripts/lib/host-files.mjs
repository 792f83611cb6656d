/** What tells other servers to send the headers of headers.mjs: `_headers`, a Caddyfile, an nginx configuration. */
import { CACHE_HASHED, CACHE_OTHERS, commonHeaders, HASHED_FOLDER, TYPES } from './headers.mjs';

/**
 * Files outside the hashed folder. Named one by one, because hosts that read `_headers` join the values of two rules that
 * both match; the pages themselves are asked for again each time by the default of these hosts.
 */
const OTHERS = ['sw.js', 'theme.js', 'manifest.webmanifest', 'programs.json', 'samples/*', 'models/*'];

/**
 * `_headers`, for Netlify, Cloudflare Pages and hosts that read the same.
 * @param {string} policy
 * @param {readonly string[]} [brotli] files below the app's folder whose content is compressed under their own name
 */
export function netlifyHeaders(policy, brotli = []) {
  /** @type {[string, Record<string, string>][]} */
  const rules = [
    ['*', commonHeaders(policy)],
    [`${HASHED_FOLDER}*`, { 'Cache-Control': CACHE_HASHED }],
    ...OTHERS.map(
      (path) => /** @type {[string, Record<string, string>]} */ ([path, { 'Cache-Control': CACHE_OTHERS }]),
    ),
    ...brotli.map((path) => /** @type {[string, Record<string, string>]} */ ([path, { 'Content-Encoding': 'br' }])),
  ];
  return rules
    .map(([path, headers]) => {
      const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
      return [`/${path}`, ...lines, ''].join('\n');
    })
    .join('\n');
}

/** @param {string} policy */
export function caddyfile(policy) {
  return `# AV-Link Studio behind Caddy 2. Written by \`npm run deploy:files\`.
# SITE_ADDRESS is the site's name, SITE_ROOT the folder that holds the build, or the folder above the app's own.
{$SITE_ADDRESS:studio.example.org} {
	root * {$SITE_ROOT:/srv/av-link-studio}

	header {
${Object.entries(commonHeaders(policy))
  .map(([name, value]) => `\t\t${name} "${value}"`)
  .join('\n')}
	}
	@hashed {
		path */${HASHED_FOLDER}*
		file
	}
	@others not path */${HASHED_FOLDER}*
	header @hashed Cache-Control "${CACHE_HASHED}"
	header @others Cache-Control "${CACHE_OTHERS}"
${Object.entries(TYPES)
  .map(([extension, type]) => `\t@${extension} path *.${extension}\n\theader @${extension} Content-Type ${type}`)
  .join('\n')}

	# Sends the .br or .gz beside a file.
	file_server {
		precompressed br gzip
	}
}
`;
}

/** @param {string} policy */
export function nginxConf(policy) {
  return `# AV-Link Studio behind nginx. Written by \`npm run deploy:files\`. A file for /etc/nginx/conf.d/; the certificate is yours to add.
map $uri $av_link_cache {
    default        "${CACHE_OTHERS}";
    ~/${HASHED_FOLDER}     "${CACHE_HASHED}";
}

server {
    listen 80;
    server_name studio.example.org;
    # The folder that holds the build, or the folder above the app's own.
    root /srv/av-link-studio;

    # nginx does not know all of them, and browsers refuse a module of another type.
    include mime.types;
    types {
${Object.entries(TYPES)
  .map(([extension, type]) => `        ${type} ${extension};`)
  .join('\n')}
    }

    # Sends the .gz beside a file.
    gzip_static on;
    gzip_vary on;
    # And the .br, where the module is there (Debian: libnginx-mod-http-brotli-static):
    # brotli_static on;

    # A location with an add_header of its own loses these: repeat them there.
${Object.entries(commonHeaders(policy))
  .map(([name, value]) => `    add_header ${name} "${value}";`)
  .join('\n')}
    add_header Cache-Control $av_link_cache;
}
`;
}
