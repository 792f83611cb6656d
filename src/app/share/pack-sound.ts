/** Makes the sound of a sketch audible with the model that made it. The engine is fetched only when it is needed. */
import { foreignPack } from '../../share/failures.ts';
import { hearSketch, type SketchSound } from '../../share/latent-sound.ts';
import type { Share } from '../../share/types.ts';
import type { EngineProgress, LoadRequest, Transcoder, Engine } from '../../engine/protocol.ts';
import { readKnownPack, type KnownPack } from '../../model/pack-index.ts';
import { packNeed, programNeed, sumOf } from '../../model/bytes-to-fetch.ts';
import { isRuntime, programsFor } from '../../model/runtime-build.ts';
import { soundsAlike } from '../../model/variants.ts';
import { EARLIER_PACKS, packFolder } from '../../state/start/page-address.ts';
import { listPrograms } from '../start/programs.ts';

export type SoundMaker = (
  signal: AbortSignal,
  share: Share,
  onProgress: (progress: EngineProgress) => void,
) => Promise<SketchSound>;

/** Enough of the model to hear a link. */
const PART = 'sound-decoder';

/**
 * @param load the pack of this page
 * @param base where the app lives, ending in a slash
 * Throws AppError; link-foreign-pack before anything large is fetched.
 */
export function createSoundMaker(load: LoadRequest, base: string): SoundMaker {
  let engine: Promise<Engine & Transcoder> | undefined;
  return async (signal, share, onProgress) => {
    const { wish } = await packOf(signal, load, base, share.recipe.packHash);
    engine ??= lazyEngine();
    const ready = await engine;
    await ready.load(signal, { ...wish, part: PART }, onProgress);
    return hearSketch(ready, signal, share);
  };
}

/** Bytes that have to be fetched before a sketch of the pack of that hash can be heard here. Throws AppError. */
export async function bytesToHear(signal: AbortSignal, load: LoadRequest, base: string, hash: string): Promise<number> {
  const { manifest, backend } = (await packOf(signal, load, base, hash)).pack;
  const runtime = programsFor(backend, await listPrograms(base)).filter(isRuntime);
  return sumOf(await packNeed(manifest, PART), await programNeed(runtime, base)).missing;
}

/** The page's pack where it makes the same sound of latents, else one of before that does. */
async function packOf(
  signal: AbortSignal,
  load: LoadRequest,
  base: string,
  hash: string,
): Promise<{ wish: LoadRequest; pack: KnownPack }> {
  const pack = await readKnownPack(signal, load);
  if (soundsAlike(pack, hash)) return { wish: load, pack };
  for (const name of EARLIER_PACKS) {
    const wish: LoadRequest = { packUrl: packFolder(name, base), backend: load.backend };
    const earlier = await readKnownPack(signal, wish);
    if (soundsAlike(earlier, hash)) return { wish, pack: earlier };
  }
  throw foreignPack(hash, pack.hash);
}

async function lazyEngine(): Promise<Engine & Transcoder> {
  const { createEngine } = await import('../../engine/client.ts');
  return createEngine();
}
