import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// WASM threads need a cross-origin isolated page.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  plugins: [react()],
  worker: { format: 'es' },
  build: { target: 'es2023', chunkSizeWarningLimit: 1200, assetsInlineLimit: 0 },
  server: { headers: isolation },
  preview: { headers: isolation },
});
