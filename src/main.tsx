/** Puts the real engine and media layer behind the studio and the studio behind the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { standingCommands } from './app/commands/all.ts';
import { register } from './app/commands/registry.ts';
import { startLanguage } from './app/language.ts';
import { receiveHandedOver, startOffline } from './app/offline.ts';
import { StudioContext } from './app/studio-context.ts';
import { startTheme } from './app/theme.ts';
import './app/styles/index.css';
import { findMotionInWorker } from './dsp/motion-client.ts';
import { createSoundClient } from './dsp/sound-client.ts';
import { createEngine } from './engine/client.ts';
import { openLibrary } from './library/library.ts';
import { createMedia } from './media/client.ts';
import { fetchFile } from './model/fetch.ts';
import { parseManifest } from './model/validate.ts';
import { createPlayer } from './player/player.ts';
import { loadRequest, taskWish } from './state/address.ts';
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
    const bytes = await fetchFile(`${load.packUrl}manifest.json`, options);
    return { manifest: parseManifest(new TextDecoder().decode(bytes)), hash: await hashOf(bytes) };
  },
  samples: createSampleSource(`${base}samples/`),
  player: createPlayer(),
  openLibrary,
  findMotion: findMotionInWorker,
  soundWork: createSoundClient(),
});
exposeStudio(studio);

/** SHA-256 in hexadecimal. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const task = taskWish(window.location.search);
if (task) studio.setTask(task);
receiveHandedOver(studio, base);
// The development server changes too fast to be kept.
if (import.meta.env.PROD) void startOffline(studio, base);

startLanguage();
startTheme();
register(standingCommands);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <StudioContext value={studio}>
      <App />
    </StudioContext>
  </StrictMode>,
);
