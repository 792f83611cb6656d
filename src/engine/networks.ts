/**
 * The two generators and the Fusion Blocks between them, as runs of their graphs. A generator alone is its frozen
 * backbone: embed, then all segments. Both together have a Fusion Block before each segment, as far as there are blocks;
 * sound whose picture was watched is told its timing before each.
 */
import { AppError } from '../errors.ts';
import type { Manifest, Task } from '../model/manifest.ts';
import { TRACK_VALUES } from '../timing/track.ts';
import { checkpoint } from './checkpoint.ts';
import { TensorScope, type GraphRunner, type RunTensor } from './runner.ts';

export type Modality = 'audio' | 'video';

/** Text embeddings [W] of one prompt, one for each generator. */
export type TextEmbedding = Readonly<Record<Modality, Float32Array>>;

/** A batch of latents [batch, ...] at one flow time, with a text embedding for each item. */
export interface LatentBatch {
  readonly x: Float32Array;
  readonly t: number;
  readonly texts: readonly Float32Array[];
}

/** Tokens and modulations of an embedded batch, and what they were made from. */
export interface Embedded {
  readonly h: RunTensor;
  readonly cond: RunTensor;
  readonly x: RunTensor;
  readonly t: RunTensor;
}

export interface Networks {
  readonly maxBatch: number;
  embedTexts(bags: readonly Float32Array[]): Promise<TextEmbedding[]>;
  /** What clean pictures show: a logit for every word of the vocabulary, item by item. Throws AppError without a tagger. */
  tag(batch: LatentBatch): Promise<Float32Array>;
  /** Velocities of the generator alone, shaped like `x`. */
  alone(modality: Modality, batch: LatentBatch): Promise<Float32Array>;
  /** Embeds a batch that then conditions the other generator; `scope` owns the tensors. */
  embed(modality: Modality, batch: LatentBatch, scope: TensorScope): Promise<Embedded>;
  /**
   * Velocities of `modality` with the Fusion Blocks tying it to `other`, which stays as it was.
   *
   * @param timing of sound, as its pictures were read (`readTiming`), item by item
   */
  fused(modality: Modality, batch: LatentBatch, other: Embedded, timing?: Float32Array): Promise<Float32Array>;
}

export type FusionSet = Manifest['fusionSets'][number];

/** The set of that name, or the first one for the task. */
export function chooseFusionSet(manifest: Manifest, task: Task, name?: string): FusionSet {
  const fits = manifest.fusionSets.filter((set) => set.tasks.includes(task));
  const set = name === undefined ? fits[0] : fits.find((candidate) => candidate.name === name);
  if (!set) {
    const which = name === undefined ? 'no Fusion Blocks' : `no Fusion Blocks named "${name}"`;
    throw new AppError('pack-invalid', `The model pack has ${which} for ${task}.`, 'Choose another set.');
  }
  return set;
}

export function createNetworks(
  runner: GraphRunner,
  manifest: Manifest,
  fusionSet: FusionSet,
  signal: AbortSignal,
): Networks {
  const { grid, roles } = manifest;
  const latentShape: Record<Modality, readonly number[]> = {
    audio: [grid.audioLatents, grid.audioChannels],
    video: [grid.videoLatents, grid.videoLatentSize, grid.videoLatentSize, grid.videoChannels],
  };

  async function run(scope: TensorScope, graph: string, inputs: Record<string, RunTensor>) {
    await checkpoint(signal);
    const outputs = scope.ownAll(await runner.run(graph, inputs));
    return (name: string): RunTensor => {
      const tensor = outputs[name];
      if (!tensor) throw new AppError('pack-invalid', `The graph "${graph}" has no output "${name}".`);
      return tensor;
    };
  }

  async function embed(modality: Modality, { x, t, texts }: LatentBatch, scope: TensorScope): Promise<Embedded> {
    const batch = texts.length;
    const given = {
      x: scope.own(runner.tensor(x, [batch, ...latentShape[modality]])),
      t: scope.own(runner.tensor(new Float32Array(batch).fill(t), [batch])),
    };
    const text = scope.own(runner.tensor(concatenate(texts), [batch, texts[0]?.length ?? 0]));
    const output = await run(scope, roles[modality].embed, { ...given, text });
    return { h: output('h'), cond: output('cond'), ...given };
  }

  /** Runs segment `index` on tokens `h` of an embedded batch; the last one gives the velocity. */
  async function runSegment(scope: TensorScope, modality: Modality, index: number, h: RunTensor, embedded: Embedded) {
    const { segments } = roles[modality];
    const segment = segments[index] ?? '';
    const { cond, x, t } = embedded;
    if (index < segments.length - 1) return (await run(scope, segment, { h, cond }))('h_out');
    // A generator that guesses a part of the velocity in closed form does so from the latents themselves.
    const guesses = manifest.graphs[segment]?.inputs.some(({ name }) => name === 'x') ?? false;
    return (await run(scope, segment, guesses ? { h, cond, x, t } : { h, cond }))('velocity');
  }

  return {
    maxBatch: runner.maxBatch,

    embedTexts: (bags) =>
      TensorScope.during(async (scope) => {
        const bag = scope.own(runner.tensor(concatenate(bags), [bags.length, bags[0]?.length ?? 0]));
        const output = await run(scope, roles.text, { bag });
        const audio = rows(await output('text_audio').read(), bags.length);
        const video = rows(await output('text_video').read(), bags.length);
        return bags.map((_, index) => ({ audio: audio(index), video: video(index) }));
      }),

    embed,

    tag: (batch) =>
      TensorScope.during(async (scope) => {
        if (!manifest.tagger) throw new AppError('internal', 'The model pack has nothing that names pictures.');
        const embedded = await embed('video', batch, scope);
        let { h } = embedded;
        // The last segment ends in a velocity: nobody reads that.
        for (const index of roles.video.segments.slice(0, -1).keys()) {
          h = await runSegment(scope, 'video', index, h, embedded);
        }
        return (await run(scope, manifest.tagger.graph, { h }))('words').read();
      }),

    alone: (modality, batch) =>
      TensorScope.during(async (scope) => {
        const embedded = await embed(modality, batch, scope);
        let { h } = embedded;
        for (const index of roles[modality].segments.keys()) h = await runSegment(scope, modality, index, h, embedded);
        return h.read();
      }),

    fused: (modality, batch, other, timing) =>
      TensorScope.during(async (scope) => {
        const otherModality = modality === 'audio' ? 'video' : 'audio';
        const { blocks } = fusionSet;
        const embedded = await embed(modality, batch, scope);
        let { h } = embedded;
        let hOther = other.h;
        const shape = [batch.texts.length, grid.audioLatents, TRACK_VALUES];
        const told = timing && scope.own(runner.tensor(timing, shape));
        for (const index of roles[modality].segments.keys()) {
          const tells = manifest.timing?.blocks[index];
          if (told && tells !== undefined) {
            h = (await run(scope, tells, { h_a: h, timing: told, t_a: embedded.t }))('h_a_out');
          }
          const block = blocks[index];
          if (block !== undefined) {
            const output = await run(
              scope,
              block,
              modality === 'audio'
                ? { h_a: h, h_v: hOther, t_a: embedded.t, t_v: other.t }
                : { h_a: hOther, h_v: h, t_a: other.t, t_v: embedded.t },
            );
            h = output(modality === 'audio' ? 'h_a_out' : 'h_v_out');
            // The other stream matters only as long as a Fusion Block still listens to it.
            if (index + 1 < blocks.length) {
              hOther = output(modality === 'audio' ? 'h_v_out' : 'h_a_out');
              hOther = await runSegment(scope, otherModality, index, hOther, other);
            }
          }
          h = await runSegment(scope, modality, index, h, embedded);
        }
        return h.read();
      }),
  };
}

export function concatenate(arrays: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

/** Reads row `index` of an array of `count` equal rows. */
export function rows(values: Float32Array, count: number): (index: number) => Float32Array {
  const length = values.length / count;
  return (index) => values.subarray(index * length, (index + 1) * length);
}
