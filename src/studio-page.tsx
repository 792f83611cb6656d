/** Puts the real engine and media layer behind the studio and the studio behind the page. */
import { App } from './app/App.tsx';
import { standingCommands } from './app/commands/all.ts';
import { register } from './app/commands/registry.ts';
import { receiveHandedOver, startOffline } from './app/page/offline.ts';
import { StudioContext } from './app/page/studio-context.ts';
import { rememberedVariant } from './app/page/variant.ts';
import { findMotionInWorker } from './dsp/motion-client.ts';
import { createSoundClient } from './dsp/sound-client.ts';
import { createEngine } from './engine/client.ts';
import { openLibrary } from './library/library.ts';
import { createMedia } from './media/client.ts';
import { readKnownPack } from './model/pack-index.ts';
import { createPlayer } from './player/player.ts';
import { eyesFolder, linkTo, loadRequest, taskWish } from './state/start/page-address.ts';
import { exposeStudio } from './state/bridge.ts';
import { createSampleSource } from './state/start/samples.ts';
import { createStudio } from './state/studio.ts';

const base = new URL(import.meta.env.BASE_URL, window.location.href).href;
const load = loadRequest(window.location.search, base);
const eyes = eyesFolder(window.location.search, base);
const media = createMedia();
/** Not every browser tells. */
type MaybeMetered = Navigator & { readonly connection?: { readonly saveData?: boolean } };

export const studio = createStudio({
  engine: createEngine(),
  media,
  load,
  rememberedVariant: rememberedVariant(),
  readPack: (signal, variant) => readKnownPack(signal, { ...load, variant }),
  samples: createSampleSource(`${base}samples/`),
  async createSharer(engine) {
    const { createSharer } = await import('./share/sharer.ts');
    return createSharer({ media, engine, page: linkTo(base, window.location.search) });
  },
  player: createPlayer(),
  // Some tens of megabytes that nobody asked for yet.
  async keepPack(signal, known) {
    const { keepPack } = await import('./model/keep-pack.ts');
    await keepPack(load.packUrl, known, signal);
  },
  ...(eyes === undefined
    ? {}
    : {
        async look(signal, request) {
          const { lookWithEyes } = await import('./engine/eyes-client.ts');
          return lookWithEyes(signal, { ...request, folder: eyes });
        },
      }),
  mayFetchAhead: () => (navigator as MaybeMetered).connection?.saveData !== true,
  openLibrary,
  findMotion: findMotionInWorker,
  soundWork: createSoundClient(),
});
exposeStudio(studio);

const task = taskWish(window.location.search);
if (task) studio.setTask(task);
receiveHandedOver(studio, base);
// The development server changes too fast to be kept.
if (import.meta.env.PROD) void startOffline(studio, base);
register(standingCommands);

export default function StudioPage() {
  return (
    <StudioContext value={studio}>
      <App />
    </StudioContext>
  );
}
