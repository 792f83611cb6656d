/** Makes the sound of a sketch audible with this page's model. The engine is fetched only when it is needed. */
import { foreignPack } from '../../share/failures.ts';
import { soundLatents, withGain } from '../../share/sketch.ts';
import type { Share } from '../../share/types.ts';
import type { EngineProgress, LoadRequest, Transcoder, Engine } from '../../engine/protocol.ts';
import { fetchFile } from '../../model/fetch.ts';
import { parseManifest } from '../../model/validate.ts';
import type { SketchSound } from './sketch-playback.ts';

export type SoundMaker = (
  signal: AbortSignal,
  share: Share,
  onProgress: (progress: EngineProgress) => void,
) => Promise<SketchSound>;

/** @param load the pack of this page. Throws AppError; link-foreign-pack before anything large is fetched. */
export function createSoundMaker(load: LoadRequest, engineOf = lazyEngine): SoundMaker {
  let engine: Promise<Engine & Transcoder> | undefined;
  return async (signal, share, onProgress) => {
    const { media, recipe } = share;
    if (media.kind !== 'sketch') throw new RangeError('There is no sketched sound in this share.');
    const options = { fetch: window.fetch.bind(window), signal, cache: 'no-cache' } as const;
    const manifest = await fetchFile(`${load.packUrl}manifest.json`, options);
    const have = await sha256(manifest);
    if (!have.startsWith(recipe.packHash)) throw foreignPack(recipe.packHash, have);
    engine ??= engineOf();
    const ready = await engine;
    await ready.load(signal, load, onProgress);
    const request = { task: 'v2a', latents: soundLatents(media.sound), duration: recipe.seconds } as const;
    const decoded = await ready.decodeLatents(signal, request);
    if (decoded.task !== 'v2a') throw new TypeError('The engine mixed up its tasks.');
    return { samples: withGain(media.sound, decoded.samples), sampleRate: decoded.sampleRate };
  };
}

/** Bytes that loading this page's pack takes, if nothing of it is stored yet. Throws AppError. */
export async function packSize(signal: AbortSignal, load: LoadRequest): Promise<number> {
  const options = { fetch: window.fetch.bind(window), signal, cache: 'no-cache' } as const;
  const text = new TextDecoder().decode(await fetchFile(`${load.packUrl}manifest.json`, options));
  const { graphs } = parseManifest(text);
  return Object.values(graphs).reduce((sum, { bytes, data }) => sum + bytes + (data?.bytes ?? 0), 0);
}

async function lazyEngine(): Promise<Engine & Transcoder> {
  const { createEngine } = await import('../../engine/client.ts');
  return createEngine();
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
