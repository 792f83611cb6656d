import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';
import { commonHeaders, ISOLATION, policyOf, withoutPolicy } from './scripts/lib/headers.mjs';
import { offline } from './scripts/lib/offline.mjs';
import { hostingFrom, originsOf } from './src/share/hosted/hosting.ts';

const policy = policyOf(readFileSync(new URL('index.html', import.meta.url), 'utf8'));

/** A store for hosted links is the one thing elsewhere that the page may reach, if there is one. */
const hosting = hostingFrom(loadEnv('production', import.meta.dirname, 'VITE_HOSTED_'));
const allowed = hosting ? policy.replace(/connect-src[^;]*/, `$& ${originsOf(hosting).join(' ')}`) : policy;

const policyOfTheBuild: Plugin = {
  name: 'policy-of-the-build',
  apply: 'build',
  transformIndexHtml: (html) => html.replace(policy, allowed),
};

/** The development server puts styles and its client into the page inline, which the policy forbids. */
const relaxedWhileDeveloping: Plugin = {
  name: 'relaxed-while-developing',
  apply: 'serve',
  transformIndexHtml: withoutPolicy,
};

export default defineConfig({
  // Addresses within the app are relative: the same build works at the root of a site and in any folder of it.
  base: './',
  plugins: [react(), relaxedWhileDeveloping, policyOfTheBuild, offline(import.meta.dirname, commonHeaders(allowed))],
  // A missing file is missing: the page must not come back in place of a model.
  appType: 'mpa',
  worker: { format: 'es' },
  // What only workers import is not found before they start, and finding it then would restart them half-way.
  optimizeDeps: {
    include: [
      '@ffmpeg/ffmpeg',
      '@mediabunny/aac-encoder',
      'hash-wasm',
      'mediabunny',
      'onnxruntime-web/jspi',
      'onnxruntime-web/wasm',
      'onnxruntime-web/webgpu',
      'zod',
      'zustand/vanilla',
    ],
  },
  // Nothing is inlined, so that the policy needs no exceptions.
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 1200,
    assetsInlineLimit: 0,
    rollupOptions: {
      // The app, the player that other pages embed, and the service worker.
      input: { index: 'index.html', embed: 'embed.html', sw: 'src/offline/service-worker.ts' },
      // The service worker's address is its identity, and its place says what it may answer for.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { headers: ISOLATION },
});
