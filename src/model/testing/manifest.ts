/** A small valid manifest for tests: 8 audio and 4 video latents in a window of one second. */
import type { Variant, Variants } from '../variants.ts';
import type { Manifest, SamplerDefaults } from '../manifest.ts';

const zeros = '0'.repeat(64);
const sampler: SamplerDefaults = { solver: 'euler', steps: 4, guidanceText: 1, guidanceAv: 1, timeShift: 1 };

/** A pack's part that reads timing and is told it, in three blocks. */
export const testTiming: NonNullable<Manifest['timing']> = {
  encoder: 'watcher',
  blocks: ['tell-0', 'tell-1', 'tell-2'],
  directed: { height: 0.98, width: 1, most: 4, least: -7, quiet: -1.6, loud: 1.5, floor: 0.35, decay: 0.35 },
};

export function testManifest(change: Partial<Manifest> = {}): Manifest {
  const audio = { embed: 'audio-embed', segments: ['audio-0', 'audio-1', 'audio-2'] };
  const video = { embed: 'video-embed', segments: ['video-0', 'video-1', 'video-2'] };
  const codecs = ['text', 'audio-encoder', 'audio-decoder', 'video-encoder', 'video-decoder'];
  const blocks = ['fusion-0', 'fusion-1'];
  const names = [...codecs, audio.embed, ...audio.segments, video.embed, ...video.segments, ...blocks, 'joint-0'];
  if (change.tagger) names.push(change.tagger.graph);
  if (change.timing) names.push(change.timing.encoder, ...change.timing.blocks);
  return {
    schema: 1,
    name: 'test',
    licence: 'MIT',
    grid: {
      windowSeconds: 1,
      sampleRate: 160,
      samplesPerLatent: 20,
      audioLatents: 8,
      audioChannels: 2,
      audioLevelChannels: 1,
      fps: 8,
      frames: 8,
      frameSize: 4,
      outputFrameSize: 8,
      framesPerLatent: 2,
      videoLatents: 4,
      videoLatentSize: 2,
      videoChannels: 3,
      videoDecoderContext: 1,
    },
    graphs: Object.fromEntries(
      names.map((name) => [
        name,
        { file: `${name}.onnx`, bytes: 10, sha256: zeros, weights: 'fp32' as const, inputs: [], outputs: [] },
      ]),
    ),
    roles: {
      text: 'text',
      audioEncoder: 'audio-encoder',
      audioDecoder: 'audio-decoder',
      videoEncoder: 'video-encoder',
      videoDecoder: 'video-decoder',
      audio,
      video,
    },
    fusionSets: [
      { name: 'v2a', tasks: ['v2a'], blocks, conditioningT: 0.75 },
      { name: 'joint', tasks: ['v2a', 'a2v'], blocks: ['joint-0'], conditioningT: 0.5 },
    ],
    sampler: { v2a: sampler, a2v: sampler },
    text: {
      vocabulary: ['hammer', 'wood', 'drop', 'splash', 'typing'],
      synonyms: { mallet: 'hammer', water: 'splash' },
      negatives: { v2a: ['splash'], a2v: ['wood'] },
    },
    secondAttempt: { silentBelow: -40, guidance: 6 },
    requires: { largestBuffer: 1000, features: [] },
    golden: { file: 'golden.bin', bytes: 40, sha256: zeros, tolerance: 0.01, cases: [] },
    quality: {},
    ...change,
  };
}

/** An index of three: the default, a smaller one, and one for processors; the sound decoder is the same in all. */
export function testVariants(): Variants {
  const one = (id: string, digit: string, change: Partial<Variant>): Variant => ({
    id,
    manifest: { file: `manifest.${id}.json`, bytes: 100, sha256: digit.repeat(64) },
    earlier: [],
    weights: 'q8',
    bytes: 300,
    ownBytes: 100,
    soundDecoder: { bytes: 10, sha256: 'd'.repeat(64) },
    backends: ['webgpu', 'wasm'],
    automatic: [],
    quality: {},
    ...change,
  });
  const manifest = { file: 'manifest.json', bytes: 100, sha256: 'a'.repeat(64) };
  return [
    one('standard', 'a', { manifest, ownBytes: 0, automatic: ['webgpu'] }),
    one('light', 'b', { weights: 'q4', bytes: 200 }),
    one('processor', 'c', { weights: 'int8', backends: ['wasm'], automatic: ['wasm'] }),
  ];
}
