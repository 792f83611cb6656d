/**
 * `npm run bench:share`: measures size and quality of every link tier, and of the sound codings behind them, on the bundled
 * samples, generated again with the shipped pack. Prints the tables of docs/share.md. Needs the system's ffmpeg.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ffmpeg, hear, see } from './lib/measure.mjs';
import { nodeSession } from './lib/node-session.mjs';
import { ROOT } from './lib/run.mjs';

/** @template T @param {string} path @returns {Promise<T>} */
const load = async (path) => /** @type {T} */ ((await runnerImport(join(ROOT, path))).module);
/** @type {typeof import('../src/engine/loader.ts')} */
const { loadEngine } = await load('src/engine/loader.ts');
/** @type {typeof import('../src/engine/testing/node-engine.ts')} */
const { nodeLoaderDeps } = await load('src/engine/testing/node-engine.ts');
/** @type {typeof import('../src/engine/pipeline.ts')} */
const { generate } = await load('src/engine/pipeline.ts');
/** @type {typeof import('../src/engine/transcode.ts')} */
const { decodeLatents, encodeSound } = await load('src/engine/transcode.ts');
/** @type {typeof import('../src/media/link-clip.ts')} */
const { linkClip, linkSound, smallFrames } = await load('src/media/link-clip.ts');
/** @type {typeof import('../src/model/counts.ts')} */
const { fitSamples } = await load('src/model/counts.ts');
/** @type {typeof import('../src/media/session.ts')} */
const { INPUT } = await load('src/media/session.ts');
/** @type {typeof import('../src/share/sharer.ts')} */
const { createSharer } = await load('src/share/sharer.ts');
/** @type {typeof import('../src/share/sketch.ts')} */
const { drawPicture, soundLatents, withGain } = await load('src/share/sketch.ts');
/** @type {typeof import('../src/share/sound-code.ts')} */
const soundCode = await load('src/share/sound-code.ts');
/** @type {typeof import('../src/share/fidelity.ts')} */
const { melDistance, psnr, ssim } = await load('src/share/fidelity.ts');
/** @type {typeof import('../src/dsp/onset-score.ts')} */
const { onsetF1 } = await load('src/dsp/onset-score.ts');
/** @type {typeof import('../src/dsp/onsets.ts')} */
const { detectOnsets } = await load('src/dsp/onsets.ts');
/** @type {typeof import('../src/dsp/loudness.ts')} */
const { integratedLoudness } = await load('src/dsp/loudness.ts');

const RATE = 16_000;
const PAGE = 'https://av-link-studio.example.org/app/';
const SECONDS = 4.096;
const PACK = join(ROOT, 'public/models/mini');
const SAMPLES = join(ROOT, 'public/samples');
const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'bench-share-'));

const request = /** @type {const} */ ({ packUrl: '/mini/', backend: 'wasm' });
const engine = await loadEngine(nodeLoaderDeps(PACK), request, signal, () => undefined);
const context = { ...engine, signal, onProgress: () => undefined };
const { fps, frameSize } = engine.info.grid;
const grid = engine.manifest.grid;

/** @param {string} file As long as the others: padded with silence, or cut. */
const hearAll = (file) => fitSamples(hear(file, RATE), Math.round(SECONDS * RATE));

/** @type {Record<string, { name: string, characters: number, f1: number, loudness: number, mel: number, psnr: number, ssim: number, what: string }[]>} */
const rows = {};
/** @type {Record<string, { bytes: number, f1: number, mel: number }[]>} */
const steps = {};

/** @param {Float32Array} want @param {Float32Array} got */
function compareSound(want, got) {
  const onsets = [want, got].map((samples) => detectOnsets(samples, RATE).map(({ time }) => time));
  const loudness = Math.abs(integratedLoudness(want, RATE) - integratedLoudness(got, RATE));
  return {
    f1: onsetF1(onsets[0] ?? [], onsets[1] ?? [], 0.05),
    loudness: Number.isFinite(loudness) ? loudness : 0,
    mel: melDistance(want, got, RATE),
  };
}

const list = JSON.parse(readFileSync(join(SAMPLES, 'samples.json'), 'utf8'));
for (const { file, task } of list) {
  const source = join(SAMPLES, file);
  const settings = { ...engine.info.sampler[/** @type {'v2a'} */ (task)], seed: 7, prompt: '', negative: '' };
  let picture = source;
  /** @type {Float32Array} */
  let sound;
  /** @type {Float32Array | undefined} */
  let latents;
  if (task === 'v2a') {
    const rgb = new Uint8Array(
      ffmpeg([
        '-i',
        source,
        '-vf',
        `fps=125/8,scale=${frameSize}:${frameSize}:flags=area`,
        '-frames:v',
        '64',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'rgb24',
        '-',
      ]),
    );
    const made = await generate(context, {
      task,
      rgb,
      count: rgb.length / (frameSize ** 2 * 3),
      duration: SECONDS,
      settings,
    });
    if (made.task !== 'v2a') throw new Error('wrong task');
    sound = made.samples;
    latents = made.latents;
  } else {
    sound = hearAll(source);
    const made = await generate(context, { task, samples: sound, duration: SECONDS, settings });
    if (made.task !== 'a2v') throw new Error('wrong task');
    writeFileSync(join(folder, 'frames.rgb'), made.rgb);
    picture = join(folder, `${file}.mp4`);
    ffmpeg([
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-s',
      `${made.size}x${made.size}`,
      '-r',
      String(fps),
      '-i',
      join(folder, 'frames.rgb'),
      '-i',
      source,
      '-c:v',
      'libx264',
      '-crf',
      '18',
      '-pix_fmt',
      'yuv420p',
      picture,
    ]);
  }
  const [width = 0, height = 0] = execFileSync(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', picture],
    { encoding: 'utf8' },
  )
    .trim()
    .split(',')
    .map(Number);
  const inspection = /** @type {import('../src/media/inspect.ts').Inspection} */ ({
    info: { duration: SECONDS, video: { codec: 'h264', width, height, rotation: 0, fps: task === 'v2a' ? 25 : fps } },
    container: 'mp4',
    start: 0,
    videoIndex: 0,
    audioIndex: undefined,
  });
  const session = nodeSession(picture, INPUT);
  const sharer = createSharer({
    page: PAGE,
    media: {
      linkClip: async (_, __, heard, options) =>
        linkClip(session, inspection, await linkSound(session, inspection, heard, options), options),
      smallFrames: (_, __, options) => smallFrames(session, inspection, options),
    },
    engine: {
      decodeLatents: (_, request) => decodeLatents(context, request),
      encodeSound: (_, samples) => encodeSound(context, samples),
    },
  });
  const share = {
    recipe: {
      task,
      prompt: '',
      negative: '',
      seed: 7,
      steps: settings.steps,
      guidanceText: settings.guidanceText,
      guidanceAv: settings.guidanceAv,
      packHash: engine.info.packHash.slice(0, 16),
      sourceName: file,
    },
    title: file,
    span: { start: 0, end: SECONDS },
    picture: new File([], file),
    width,
    height,
    sound,
    grid,
    latents,
  };
  const seen = see(picture);
  for (const tier of /** @type {const} */ (['chat', 'standard', 'best'])) {
    const link = await sharer.make(signal, tier, share);
    const { media } = link.share;
    const out = join(folder, 'out.mp4');
    /** @type {Float32Array} */
    let heard;
    /** @type {string} */
    let what;
    if (media.kind === 'clip') {
      writeFileSync(out, media.mp4);
      heard = hearAll(out);
      what = `${link.clip?.width} × ${link.clip?.height}, crf ${link.clip?.crf}`;
    } else if (media.kind === 'sketch') {
      const decoded = await decodeLatents(context, {
        task: 'v2a',
        latents: soundLatents(media.sound),
        duration: SECONDS,
      });
      if (decoded.task !== 'v2a') throw new Error('wrong task');
      heard = withGain(media.sound, decoded.samples, decoded.sampleRate);
      what = `sound ${media.sound.data.length} B, step ${media.sound.step}/64; picture ${media.picture?.data.length ?? 0} B`;
      if (media.picture) {
        writeFileSync(join(folder, 'out.rgb'), drawPicture(media.picture, 60, 192, 192));
        ffmpeg([
          '-f',
          'rawvideo',
          '-pix_fmt',
          'rgb24',
          '-s',
          '192x192',
          '-r',
          '15',
          '-i',
          join(folder, 'out.rgb'),
          '-c:v',
          'ffv1',
          '-f',
          'nut',
          out,
        ]);
      }
    } else throw new Error(`${file} made a bare recipe`);
    const shown = media.kind === 'clip' || media.picture ? see(out) : Buffer.alloc(0);
    (rows[`${tier} ${task}`] ??= []).push({
      name: file,
      characters: link.characters,
      ...compareSound(sound, heard),
      psnr: psnr(seen, shown),
      ssim: ssim(seen, shown, 192, 192),
      what,
    });
  }
  // Sound latents alone, at every step.
  const exact = latents ?? (await encodeSound(context, sound));
  const decode = async (/** @type {Float32Array} */ values) => {
    const decoded = await decodeLatents(context, { task: 'v2a', latents: values, duration: SECONDS });
    return decoded.task === 'v2a' ? decoded.samples : new Float32Array();
  };
  const reference = await decode(exact);
  for (const step of [16, 32, 48, 64, 80]) {
    const code = { count: exact.length / grid.audioChannels, channels: grid.audioChannels, step };
    const data = soundCode.encodeSound(exact, code);
    const { f1, mel } = compareSound(reference, await decode(soundCode.decodeSound(data, code)));
    (steps[`latents ${step}/64`] ??= []).push({ bytes: data.length, f1, mel });
  }
  for (const rate of [8, 12, 16, 24]) {
    const [wav, out] = [join(folder, 'a.f32'), join(folder, 'a.m4a')];
    writeFileSync(wav, new Uint8Array(sound.slice().buffer));
    ffmpeg([
      '-f',
      'f32le',
      '-ar',
      String(RATE),
      '-ac',
      '1',
      '-i',
      wav,
      '-c:a',
      'aac',
      '-b:a',
      `${rate}k`,
      '-fflags',
      '+bitexact',
      out,
    ]);
    const { f1, mel } = compareSound(sound, hearAll(out));
    (steps[`AAC ${rate} kbit/s`] ??= []).push({ bytes: readFileSync(out).length, f1, mel });
  }
  session.end();
  console.error(file);
}
await engine.runner.release();
rmSync(folder, { recursive: true, force: true });

/** @param {readonly number[]} values */
const mean = (values) =>
  values.filter(Number.isFinite).reduce((a, b) => a + b, 0) / values.filter(Number.isFinite).length;
console.log(
  '| tier, task | file | characters | onset F1 | loudness off, dB | mel distance, dB | PSNR, dB | SSIM | what |',
);
console.log('| --- | --- | --: | --: | --: | --: | --: | --: | --- |');
for (const [name, list] of Object.entries(rows)) {
  for (const row of list)
    print(name, row.name, row.characters, row.f1, row.loudness, row.mel, row.psnr, row.ssim, row.what);
  const of = (/** @type {'characters' | 'f1' | 'loudness' | 'mel' | 'psnr' | 'ssim'} */ key) =>
    mean(list.map((row) => row[key]));
  print(name, '**mean**', of('characters'), of('f1'), of('loudness'), of('mel'), of('psnr'), of('ssim'), '');
}
console.log('\n| sound | bytes | onset F1 | mel distance, dB |\n| --- | --: | --: | --: |');
for (const [name, list] of Object.entries(steps)) {
  const of = (/** @type {'bytes' | 'f1' | 'mel'} */ key) => mean(list.map((row) => row[key]));
  console.log(`| ${name} | ${of('bytes').toFixed(0)} | ${of('f1').toFixed(3)} | ${of('mel').toFixed(2)} |`);
}

/** @param {string} tier @param {string} file @param {number} characters @param {number} f1 @param {number} loudness @param {number} mel @param {number} db @param {number} similarity @param {string} what */
function print(tier, file, characters, f1, loudness, mel, db, similarity, what) {
  console.log(
    `| ${tier} | ${file} | ${characters.toFixed(0)} | ${f1.toFixed(3)} | ${loudness.toFixed(2)} | ${mel.toFixed(2)} | ${db.toFixed(1)} | ${similarity.toFixed(3)} | ${what} |`,
  );
}
