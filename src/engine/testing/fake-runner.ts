/**
 * A graph runner of closed-form "networks" for tests. Tokens carry their latents and a sum that the Fusion Blocks add to;
 * the velocity is that sum plus the text embedding, so that every result can be worked out by hand. It also fails the
 * test when two runs overlap, a tensor is used after its end, or its graph gets shapes that do not fit.
 */
import type { Manifest } from '../../model/manifest.ts';
import type { GraphRunner, RunTensor } from '../runner.ts';

class FakeTensor implements RunTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
  readonly #live: Set<RunTensor>;
  constructor(data: Float32Array, dims: readonly number[], live: Set<RunTensor>) {
    if (data.length !== dims.reduce((a, b) => a * b, 1)) throw new Error(`${data.length} values for [${dims.join()}]`);
    this.data = data;
    this.dims = dims;
    this.#live = live;
    live.add(this);
  }
  read() {
    if (!this.#live.has(this)) throw new Error('read after dispose');
    return Promise.resolve(this.data.slice());
  }
  dispose() {
    if (!this.#live.delete(this)) throw new Error('disposed twice');
  }
}

export interface FakeRunner extends GraphRunner {
  /** Graphs run so far, with the batch size of each run. */
  readonly log: { graph: string; batch: number }[];
  /** Tensors not yet disposed. */
  readonly live: ReadonlySet<RunTensor>;
  released: boolean;
}

export interface FakeOptions {
  readonly maxBatch?: number;
  /** Called before each run; may throw or wait. */
  readonly onRun?: (graph: string) => void | Promise<void>;
  /** Called with the values of the inputs of each run. */
  readonly onInput?: (graph: string, inputs: Readonly<Record<string, Float32Array>>) => void;
  /** Whether the run of the audio decoder with this index, from 0, gives next to no sound. */
  readonly mute?: (run: number) => boolean;
  /** Logit that the tagger gives to the word with this index, for the mean of the values of an item's latents. */
  readonly sees?: (word: number, mean: number) => number;
}

type Inputs = Readonly<Record<string, FakeTensor>>;

export function createFakeRunner(
  manifest: Manifest,
  { maxBatch = 4, onRun, onInput, mute, sees = () => -5 }: FakeOptions = {},
): FakeRunner {
  const { grid, roles, fusionSets, tagger, text, timing } = manifest;
  const live = new Set<RunTensor>();
  const log: FakeRunner['log'] = [];
  let busy = false;
  let decodes = 0;
  const tensor = (data: Float32Array, dims: readonly number[]) => new FakeTensor(data, dims, live);
  const pixels = (size: number) => 3 * size * size;
  const videoStride = grid.videoLatentSize ** 2 * grid.videoChannels;

  const graphs = new Map<string, (inputs: Inputs) => Record<string, FakeTensor>>();
  const input = (inputs: Inputs, name: string) => {
    const found = inputs[name];
    if (!found) throw new Error(`input ${name} is missing`);
    if (!live.has(found)) throw new Error(`input ${name} was disposed`);
    return found;
  };

  graphs.set(roles.text, (inputs) => {
    // Word k adds k + 1; the video embedding is ten times the audio embedding.
    const bag = input(inputs, 'bag');
    const sums = rowsOf(bag).map((row) => row.reduce((sum, value, index) => sum + value * (index + 1), 0));
    return {
      text_audio: tensor(Float32Array.from(sums), [sums.length, 1]),
      text_video: tensor(
        Float32Array.from(sums, (sum) => 10 * sum),
        [sums.length, 1],
      ),
    };
  });
  // Latents hold the mean of what they cover; decoders spread channel 0 out again.
  graphs.set(roles.audioEncoder, (inputs) => {
    const { data } = input(inputs, 'samples');
    const means = meansOf(data, grid.samplesPerLatent);
    const latents = means.flatMap((mean) => new Array<number>(grid.audioChannels).fill(mean));
    return { latents: tensor(Float32Array.from(latents), [1, means.length, grid.audioChannels]) };
  });
  graphs.set(roles.audioDecoder, (inputs) => {
    const { data } = input(inputs, 'latents');
    const gain = mute?.(decodes++) ? 1e-4 : 1;
    const samples = spread(data, grid.audioChannels, grid.samplesPerLatent).map((value) => gain * value);
    return { samples: tensor(samples, [1, samples.length]) };
  });
  graphs.set(roles.videoEncoder, (inputs) => {
    const { data } = input(inputs, 'frames');
    const means = meansOf(data, grid.framesPerLatent * pixels(grid.frameSize));
    const latents = means.flatMap((mean) => new Array<number>(videoStride).fill(mean));
    const size = grid.videoLatentSize;
    return { latents: tensor(Float32Array.from(latents), [1, means.length, size, size, grid.videoChannels]) };
  });
  graphs.set(roles.videoDecoder, (inputs) => {
    const { data, dims } = input(inputs, 'latents');
    const size = grid.outputFrameSize;
    const context = grid.videoDecoderContext;
    const own = data.subarray(context * videoStride, data.length - context * videoStride);
    const frames = spread(own, videoStride, grid.framesPerLatent * pixels(size));
    return { frames: tensor(frames, [1, ((dims[1] ?? 0) - 2 * context) * grid.framesPerLatent, 3, size, size]) };
  });

  const windowShape = {
    audio: [grid.audioLatents, grid.audioChannels],
    video: [grid.videoLatents, grid.videoLatentSize, grid.videoLatentSize, grid.videoChannels],
  };
  for (const modality of ['audio', 'video'] as const) {
    const { embed, segments } = roles[modality];
    const shape = windowShape[modality];
    const values = shape.reduce((a, b) => a * b, 1);
    graphs.set(embed, (inputs) => {
      const x = input(inputs, 'x');
      if (x.dims.slice(1).join() !== shape.join()) throw new Error(`x has the shape [${x.dims.join()}]`);
      const h = rowsOf(x).flatMap((row) => [...row, ...new Array<number>(values).fill(0)]);
      const text = input(inputs, 'text').data;
      const t = input(inputs, 't').data;
      const batch = x.dims[0] ?? 0;
      if (t.length !== batch || text.length !== batch) throw new Error('batch sizes differ');
      return {
        h: tensor(Float32Array.from(h), [batch, 2, values]),
        cond: tensor(
          Float32Array.from({ length: 2 * batch }, (_, i) => (i % 2 ? t : text)[i >> 1] ?? NaN),
          [batch, 2],
        ),
      };
    });
    segments.forEach((segment, index) => {
      graphs.set(segment, (inputs) => {
        const h = input(inputs, 'h');
        const cond = rowsOf(input(inputs, 'cond'));
        if (index < segments.length - 1) return { h_out: tensor(h.data.slice(), h.dims) };
        const velocity = rowsOf(h).flatMap((row, b) => [
          ...row.subarray(values).map((sum) => sum + (cond[b]?.[0] ?? NaN)),
        ]);
        return { velocity: tensor(Float32Array.from(velocity), [h.dims[0] ?? 0, ...shape]) };
      });
    });
  }
  for (const block of new Set(fusionSets.flatMap((set) => set.blocks))) {
    graphs.set(block, (inputs) => {
      // Each stream's sum grows by the mean of the other's latents.
      const audio = input(inputs, 'h_a');
      const video = input(inputs, 'h_v');
      for (const name of ['t_a', 't_v']) {
        if (input(inputs, name).data.length !== audio.dims[0]) throw new Error(`${name} has another batch size`);
      }
      return { h_a_out: tensor(add(audio, video), audio.dims), h_v_out: tensor(add(video, audio), video.dims) };
    });
  }

  if (tagger) {
    graphs.set(tagger.graph, (inputs) => {
      const items = rowsOf(input(inputs, 'h')).map((row) => mean(row.subarray(0, row.length / 2)));
      const logits = items.flatMap((item) => text.vocabulary.map((_, word) => sees(word, item)));
      return { words: tensor(Float32Array.from(logits), [items.length, text.vocabulary.length]) };
    });
  }

  if (timing) {
    // The timing of a window is the mean of its frames throughout, and every block adds it to the sum.
    graphs.set(timing.encoder, (inputs) => {
      const frames = input(inputs, 'frames');
      if (frames.dims[1] !== grid.frames) throw new Error(`${frames.dims[1]} frames are no window`);
      const values = new Float32Array(2 * grid.audioLatents).fill(mean(frames.data));
      return { timing: tensor(values, [1, grid.audioLatents, 2]) };
    });
    for (const block of timing.blocks) {
      graphs.set(block, (inputs) => {
        const audio = input(inputs, 'h_a');
        const told = rowsOf(input(inputs, 'timing')).map(mean);
        if (input(inputs, 't_a').data.length !== told.length) throw new Error('t_a has another batch size');
        const out = rowsOf(audio).flatMap((row, b) =>
          [...row].map((value, i) => (i < row.length / 2 ? value : value + (told[b] ?? NaN))),
        );
        return { h_a_out: tensor(Float32Array.from(out), audio.dims) };
      });
    }
  }

  const runner: FakeRunner = {
    backend: 'wasm',
    maxBatch,
    log,
    live,
    released: false,
    tensor,
    async run(graph, inputs) {
      if (busy) throw new Error('two runs at once');
      busy = true;
      try {
        await onRun?.(graph);
        const compute = graphs.get(graph);
        if (!compute) throw new Error(`no graph ${graph}`);
        const first = Object.values(inputs)[0];
        onInput?.(
          graph,
          Object.fromEntries(Object.entries(inputs as Inputs).map(([name, { data }]) => [name, data.slice()])),
        );
        log.push({ graph, batch: first?.dims[0] ?? 0 });
        return compute(inputs as Inputs);
      } finally {
        busy = false;
      }
    },
    release() {
      runner.released = true;
      return Promise.resolve();
    },
  };
  return runner;
}

function rowsOf({ data, dims }: FakeTensor): Float32Array[] {
  const batch = dims[0] ?? 1;
  const length = data.length / batch;
  return Array.from({ length: batch }, (_, index) => data.subarray(index * length, (index + 1) * length));
}

function meansOf(data: Float32Array, span: number): number[] {
  return Array.from({ length: data.length / span }, (_, i) => mean(data.subarray(i * span, (i + 1) * span)));
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The first value of every `stride` of them, repeated `span` times. */
function spread(data: Float32Array, stride: number, span: number): Float32Array {
  return Float32Array.from(
    { length: (data.length / stride) * span },
    (_, i) => data[Math.floor(i / span) * stride] ?? NaN,
  );
}

function add(stream: FakeTensor, other: FakeTensor): Float32Array {
  const others = rowsOf(other);
  const out = rowsOf(stream).flatMap((row, b) => {
    const theirs = others[b] ?? new Float32Array();
    const sum = mean(theirs.subarray(0, theirs.length / 2));
    return [...row].map((value, i) => (i < row.length / 2 ? value : value + sum));
  });
  return Float32Array.from(out);
}
