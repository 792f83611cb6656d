/** Puts the real engine and media layer behind the studio and the studio behind the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { startLanguage } from './app/language.ts';
import { StudioContext } from './app/studio-context.ts';
import './app/styles/index.css';
import { createEngine } from './engine/client.ts';
import { createMedia } from './media/client.ts';
import { fetchFile } from './model/fetch.ts';
import { parseManifest } from './model/validate.ts';
import { loadRequest } from './state/address.ts';
import { exposeStudio } from './state/bridge.ts';
import { createSampleSource } from './state/samples.ts';
import { createStudio } from './state/studio.ts';

const base = new URL(import.meta.env.BASE_URL, window.location.href).href;
const load = loadRequest(window.location.search, base);

const studio = createStudio({
  engine: createEngine(),
  media: createMedia(),
  load,
  readManifest: async (signal) => {
    const options = { fetch: window.fetch.bind(window), signal, cache: 'no-cache' } as const;
    return parseManifest(new TextDecoder().decode(await fetchFile(`${load.packUrl}manifest.json`, options)));
  },
  samples: createSampleSource(`${base}samples/`),
});
exposeStudio(studio);

startLanguage();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <StudioContext value={studio}>
      <App />
    </StudioContext>
  </StrictMode>,
);
