/**
 * The parts of sharing without the app around them. With a link in the address the page is the landing view; without one,
 * `window.shareHarness` generates a result from the file of the input and makes links of it, and `panel` shows the panel.
 */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LandingView } from '../../src/app/share/LandingView.tsx';
import { createSoundMaker } from '../../src/app/share/pack-sound.ts';
import { SharePanel } from '../../src/app/share/SharePanel.tsx';
import { useBytesToFetch, useOpened } from '../../src/app/share/use-opened.ts';
import { startLanguage } from '../../src/app/page/language.ts';
import '../../src/app/styles/index.css';
import { createEngine } from '../../src/engine/client.ts';
import { resample } from '../../src/dsp/resample.ts';
import { createMedia } from '../../src/media/client.ts';
import { readKnownPack } from '../../src/model/pack-index.ts';
import { hearSketch } from '../../src/share/latent-sound.ts';
import { payloadOf } from '../../src/share/link.ts';
import { createSharer, type ShareSource } from '../../src/share/sharer.ts';
import type { Tier } from '../../src/share/tiers.ts';
import { loadRequest } from '../../src/state/start/page-address.ts';
import { SOUND_RATE, type ShareHarness } from './share-calls.ts';

const base = new URL('/', location.href).href;
const load = loadRequest(location.search, base);
const media = createMedia();
const engine = createEngine();
const { signal } = new AbortController();
const sharer = createSharer({ media, engine, page: location.href });
let source: ShareSource | undefined;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** At the rate that tests compare at, whatever the pack's is. */
function soundToBase64(samples: Float32Array, sampleRate: number): string {
  return toBase64(new Uint8Array(resample(samples, sampleRate, SOUND_RATE).slice().buffer));
}

const harness: ShareHarness = {
  async generate(task: 'v2a' | 'a2v', steps: number) {
    const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
    if (!file) throw new Error('The test has set no file.');
    const info = await engine.load(signal, load, () => undefined);
    const { duration, video } = await media.probe(signal, file);
    const { fps, frameSize, sampleRate } = info.grid;
    const settings = { ...info.sampler[task], steps, seed: 7, prompt: '', negative: '' };
    let picture = file;
    let sound: Float32Array;
    let latents: Float32Array | undefined;
    let size = { width: video?.width ?? 0, height: video?.height ?? 0 };
    if (task === 'v2a') {
      const { rgb, count } = await media.decodeFrames(signal, file, { fps, size: frameSize });
      const request = { task, rgb, count, duration, settings } as const;
      const made = await engine.generate(signal, request, () => undefined);
      if (made.task !== 'v2a') throw new Error('wrong task');
      sound = made.samples;
      latents = made.latents;
    } else {
      const pcm = await media.decodeAudio(signal, file, { sampleRate });
      sound = pcm.channels[0];
      // What is given is handed over, and this is still compared with.
      const request = { task, samples: sound.slice(), duration, settings } as const;
      const made = await engine.generate(signal, request, () => undefined);
      if (made.task !== 'a2v') throw new Error('wrong task');
      const clip = await media.encodeClip(signal, made, file, { duration });
      picture = new File([clip], 'clip.mp4');
      size = { width: made.size, height: made.size };
    }
    source = {
      title: 'Shared <i>&amp; safe</i>',
      recipe: {
        task,
        prompt: 'a hammer',
        negative: '',
        seed: 7,
        steps,
        guidanceText: settings.guidanceText,
        guidanceAv: settings.guidanceAv,
        packHash: info.packHash.slice(0, 16),
        sourceName: file.name,
      },
      span: { start: 0, end: duration },
      picture,
      ...size,
      sound,
      grid: (await readKnownPack(signal, load)).manifest.grid,
      latents,
    };
    return {
      backend: info.backend,
      duration,
      sound: soundToBase64(sound, sampleRate),
      picture: toBase64(new Uint8Array(await picture.arrayBuffer())),
    };
  },

  async make(tier: Tier) {
    if (!source) throw new Error('Nothing was generated.');
    const { url, characters, heard } = await sharer.make(signal, tier, source);
    return { url, characters, ...(heard ? { heard } : {}) };
  },

  async beeps(times: readonly number[], maxBytes: number, start: number, end: number) {
    const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
    if (!file) throw new Error('The test has set no file.');
    const samples = new Float32Array(16_000 * 10);
    for (const time of times) {
      for (let n = 0; n < 1500; n++)
        samples[Math.round(time * 16_000) + n] = 0.8 * Math.sin((2 * Math.PI * 1000 * n) / 16_000);
    }
    const options = { span: { start, end }, maxBytes };
    const { mp4, ...facts } = await media.linkClip(signal, file, { samples, sampleRate: 16_000 }, options);
    return { ...facts, mp4: toBase64(mp4) };
  },

  panel() {
    if (!source) throw new Error('Nothing was generated.');
    root.render(
      <StrictMode>
        <SharePanel
          make={makeLink}
          makeSound={(abort, share) => hearSketch(engine, abort, share)}
          makeFile={() => Promise.reject(new Error('Not in this harness.'))}
          embedPage={new URL('/embed.html', location.href).href}
        />
      </StrictMode>,
    );
  },

  async clipBytes() {
    const video = document.querySelector('video');
    if (!video) throw new Error('There is no clip.');
    return toBase64(new Uint8Array(await (await fetch(video.src)).arrayBuffer()));
  },

  async sketchSound() {
    const { decodeShare } = await import('../../src/share/link.ts');
    const share = await decodeShare(payloadOf(location.hash) ?? '');
    const { samples, sampleRate } = await createSoundMaker(load, base)(signal, share, () => undefined);
    return soundToBase64(samples, sampleRate);
  },
  async sketchPicture(frames: number, width: number, height: number) {
    const { decodeShare } = await import('../../src/share/link.ts');
    const { drawPicture } = await import('../../src/share/sketch.ts');
    const { media } = await decodeShare(payloadOf(location.hash) ?? '');
    if (media.kind !== 'sketch' || !media.picture) throw new Error('There is no picture.');
    return toBase64(new Uint8Array(drawPicture(media.picture, frames, width, height)));
  },

  remixed: undefined,
};

const makeLink = (abort: AbortSignal, tier: Tier, onProgress: (fraction: number) => void) => {
  if (!source) throw new Error('Nothing was generated.');
  return sharer.make(abort, tier, source, (_, fraction) => fraction !== undefined && onProgress(fraction));
};

function Landing() {
  const opened = useOpened();
  const bytesToFetch = useBytesToFetch(load, base, opened);
  if (!opened) return <p>ready</p>;
  return (
    <LandingView
      opened={opened}
      makeSound={makeSound}
      bytesToFetch={bytesToFetch}
      onMakeOwn={() => (location.hash = '')}
      onRemix={({ recipe }) => (harness.remixed = recipe)}
    />
  );
}
const makeSound = createSoundMaker(load, base);

window.shareHarness = harness;

startLanguage();
const element = document.getElementById('root');
if (!element) throw new Error('no #root');
const root = createRoot(element);
root.render(
  <StrictMode>
    <Landing />
  </StrictMode>,
);
