/** Makes the sound of a sketch audible with this page's model. The engine is fetched only when it is needed. */
import { foreignPack } from '../../share/failures.ts';
import { hearSketch, type SketchSound } from '../../share/latent-sound.ts';
import type { Share } from '../../share/types.ts';
import type { EngineProgress, LoadRequest, Transcoder, Engine } from '../../engine/protocol.ts';
import { readKnownPack } from '../../model/pack-index.ts';
import { packNeed, programNeed, sumOf } from '../../model/bytes-to-fetch.ts';
import { isRuntime, programsFor } from '../../model/runtime-build.ts';
import { soundsAlike } from '../../model/variants.ts';
import { listPrograms } from '../start/programs.ts';

export type SoundMaker = (
  signal: AbortSignal,
  share: Share,
  onProgress: (progress: EngineProgress) => void,
) => Promise<SketchSound>;

/** Enough of the model to hear a link. */
const PART = 'sound-decoder';

/** @param load the pack of this page. Throws AppError; link-foreign-pack before anything large is fetched. */
export function createSoundMaker(load: LoadRequest): SoundMaker {
  let engine: Promise<Engine & Transcoder> | undefined;
  return async (signal, share, onProgress) => {
    const pack = await readKnownPack(signal, load);
    if (!soundsAlike(pack, share.recipe.packHash)) throw foreignPack(share.recipe.packHash, pack.hash);
    engine ??= lazyEngine();
    const ready = await engine;
    await ready.load(signal, { ...load, part: PART }, onProgress);
    return hearSketch(ready, signal, share);
  };
}

/** Bytes that have to be fetched before a sketch can be heard here. Throws AppError. */
export async function bytesToHear(signal: AbortSignal, load: LoadRequest, base: string): Promise<number> {
  const { manifest, backend } = await readKnownPack(signal, load);
  const runtime = programsFor(backend, await listPrograms(base)).filter(isRuntime);
  return sumOf(await packNeed(manifest, PART), await programNeed(runtime, base)).missing;
}

async function lazyEngine(): Promise<Engine & Transcoder> {
  const { createEngine } = await import('../../engine/client.ts');
  return createEngine();
}
