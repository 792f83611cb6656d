/** `npm run deploy:files`: writes deploy/Caddyfile and deploy/nginx.conf with the policy of the build in dist/. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyOf } from './lib/headers.mjs';
import { caddyfile, nginxConf } from './lib/host-files.mjs';
import { ROOT } from './lib/run.mjs';

const policy = policyOf(readFileSync(join(ROOT, 'dist/index.html'), 'utf8'));
mkdirSync(join(ROOT, 'deploy'), { recursive: true });
writeFileSync(join(ROOT, 'deploy/Caddyfile'), caddyfile(policy));
writeFileSync(join(ROOT, 'deploy/nginx.conf'), nginxConf(policy));
