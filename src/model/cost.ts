/**
 * How long a generation takes on a device, before anything was generated there: the work follows from the manifest alone
 * (bytes of weights times the positions they are applied to), the speed from the engine's benchmark. Pure.
 */
import { branchWeights, exaggeratesText, type BranchWeights } from '../sampler/guidance.ts';
import { flowTimes } from '../sampler/schedule.ts';
import { evaluationsPerStep } from '../sampler/solvers.ts';
import { MAX_BATCH, planWindows } from '../sampler/windows.ts';
import { frameCount } from './counts.ts';
import type { GraphSpec, Manifest, SamplerDefaults, Task } from './manifest.ts';

export interface PlannedGeneration extends SamplerDefaults {
  readonly task: Task;
  /** Seconds of the clip. */
  readonly duration: number;
  /** Whether there is a prompt or a negative, and the two differ: text guidance then costs a further fused branch. */
  readonly hasText: boolean;
  readonly fusionSet?: string;
  /** Whether a person set the timing: then it is not read, and is told with any words. */
  readonly directed?: boolean;
}

/** Billions of floating-point operations, or seconds, of each stage. */
export interface StageCosts {
  readonly encode: number;
  readonly sample: number;
  readonly decode: number;
  readonly total: number;
}

/**
 * Share of the time of a run with a batch of one that does not grow with the batch: unpacking weights, starting kernels.
 * On WASM a segment of the shipped pack took 12.8, 18.6, 26.6 and 34.6 ms with batches of 1 to 4. GPUs have more of it,
 * so that long clips take less time there than predicted.
 */
const RUN_SHARE = 0.4;

/** Bytes of one weight as it is stored: itself, and with q8 and q4 a float32 scale for every 32, with int8 one for every output channel. */
const WEIGHT_BYTES = { fp32: 4, fp16: 2, q8: 1 + 4 / 32, q4: 0.5 + 4 / 32, int8: 1 + 4 / 192 } as const;

/**
 * Time of a run beside that of the same run with the weights of the benchmark: sampling with the variant of the shipped
 * pack took 0.63 of the default's time (WASM, 2 threads, in turns on one page).
 */
const RUN_TIME = { fp32: 1, fp16: 1, q8: 1, q4: 1, int8: 0.63 } as const;

/**
 * What the bytes of weights overstate (tables of positions among them) and what the benchmark understates, in one factor:
 * measured seconds times the benchmark's speed over the work, for the shipped pack on WASM (Chromium 156, 2 threads on 2
 * cores, about 20 GFLOP/s), 8 steps, the speed being the mean of a benchmark before and one after each generation:
 *   V2A 4 s 0.63, with text 0.76, 10 s 0.58; A2V 4 s 0.82, with text 0.88, 10 s 1.26 (a machine that others had begun to
 *   use: the speed before it alone gives 0.99). The speeds were those of the median run then, here times 1.1, which is
 *   what the lower quartile was above it.
 * The shares of the stages were measured again later, on a machine under load: decoding over sampling 0.18 and 0.28 for
 * A2V 10 s, 0.40 for 4 s, 0.027 for V2A 10 s, where the work says 0.33, 0.30 and 0.034. One and the same generation took
 * 11 s and 18 s there, so that a figure of one run says nothing against this factor.
 */
const CALIBRATION = 0.75;

/**
 * Seconds for each second of sound whose phases are found (engine/phases), in scripts and so on the processor: 0.85 s for
 * 4.1 s on a core that others used, too, where PyTorch took 1.5 s.
 */
const PHASES = 0.2;

/** Seconds of a generation on a device of `gflops` (from `Engine.benchmark`), without loading and media work. */
export function predictSeconds(manifest: Manifest, gflops: number, planned: PlannedGeneration): StageCosts {
  const work = workOf(manifest, planned);
  const seconds = (flops: number) => (CALIBRATION * flops) / gflops;
  const phases = manifest.phases && planned.task === 'v2a' ? PHASES * planned.duration : 0;
  return {
    encode: seconds(work.encode),
    sample: seconds(work.sample),
    decode: seconds(work.decode) + phases,
    total: seconds(work.total) + phases,
  };
}

/**
 * Billions of floating-point operations of a generation, as far as the manifest tells; what runs share by being batched
 * counts as less.
 */
export function workOf(manifest: Manifest, planned: PlannedGeneration): StageCosts {
  const { grid, roles } = manifest;
  const { task, duration } = planned;
  const plan = planWindows(grid, duration);
  const gflops = (multiplyAdds: number) => (2 * multiplyAdds) / 1e9;
  const weights = (name: string) => weightCount(manifest.graphs[name]);

  const audioLatents = plan.totalUnits * plan.audioPerUnit;
  const videoLatents = plan.totalUnits * plan.videoPerUnit;
  // A picture is coded on grids from its own size down to that of the latents, each with its share of the weights.
  const positions = (size: number) => size * grid.videoLatentSize;
  // The picture is watched window by window, on grids from a quarter of its size on.
  const { timing } = manifest;
  const watching =
    timing && !planned.directed
      ? weights(timing.encoder) * positions(grid.frameSize / 8) * grid.videoLatents * plan.starts.length
      : 0;
  const soundWork = (name: string) => weights(name) * audioLatents;
  const sampled = sampleWork(manifest, planned, groupSizes(plan.starts.length));
  const [encode, decode] =
    task === 'v2a'
      ? [
          weights(roles.videoEncoder) * positions(grid.frameSize / 2) * videoLatents + watching,
          soundWork(roles.audioDecoder),
        ]
      : [
          soundWork(roles.audioEncoder),
          weights(roles.videoDecoder) *
            positions(grid.frameSize) *
            Math.ceil(frameCount(duration, grid.fps) / grid.framesPerLatent),
        ];
  return {
    encode: gflops(encode),
    sample: gflops(sampled),
    decode: gflops(decode),
    total: gflops(encode + sampled + decode),
  };
}

/** Windows that run together, as the engine groups them. */
function groupSizes(windows: number): number[] {
  const groups = Math.ceil(windows / MAX_BATCH);
  return Array.from({ length: groups }, (_, index) => Math.min(MAX_BATCH, windows - index * MAX_BATCH));
}

/** Multiply-adds of sampling all windows. */
function sampleWork(manifest: Manifest, planned: PlannedGeneration, groups: readonly number[]): number {
  const { roles, fusionSets, tagger, timing } = manifest;
  const { task, solver, steps, timeShift, hasText } = planned;
  const [own, other] = task === 'v2a' ? [roles.audio, roles.video] : [roles.video, roles.audio];
  const set = fusionSets.find(({ name, tasks }) =>
    planned.fusionSet === undefined ? tasks.includes(task) : name === planned.fusionSet,
  );
  const run = (name: string) => runWork(manifest.graphs[name]);
  const sum = (names: readonly string[]) => names.reduce((total, name) => total + run(name), 0);
  const blocks = set?.blocks ?? [];
  const alone = run(own.embed) + sum(own.segments);
  // The other stream runs no further than the last block that listens to it.
  const both = planned.directed === true || planned.wordsWithTiming === true;
  const tells = task === 'v2a' && (both || !exaggeratesText(planned, !hasText));
  const told = tells ? sum(timing?.blocks ?? []) : 0;
  const fused = alone + told + sum(blocks) + sum(other.segments.slice(0, Math.max(0, blocks.length - 1)));
  // A picture without a prompt is looked at first.
  const sees = task === 'v2a' && !hasText && tagger !== undefined;
  const mixed = Array.from(flowTimes(steps, timeShift).slice(0, -1), (t) => branchWeights(planned, !hasText, t));
  const batched = (batch: number) => (batch === 0 ? 0 : RUN_SHARE + (1 - RUN_SHARE) * batch);
  // Both fused branches share a run if they fit into one.
  const shared = (branches: number, windows: number) =>
    branches * windows <= MAX_BATCH ? batched(branches * windows) : branches * batched(windows);
  const fusedBranches = ({ none, full }: BranchWeights) => (none === 0 ? 0 : 1) + (full === 0 ? 0 : 1);
  return groups.reduce((total, windows) => {
    const evaluation = (weights: BranchWeights) =>
      (weights.text === 0 ? 0 : alone * batched(windows)) + fused * shared(fusedBranches(weights), windows);
    const evaluations = mixed.reduce((all, weights) => all + evaluation(weights), 0);
    const once = run(other.embed) * shared(Math.max(...mixed.map(fusedBranches)), windows);
    const seeing = sees ? (run(other.embed) + sum(other.segments.slice(0, -1))) * batched(windows) : 0;
    return total + evaluations * evaluationsPerStep(solver) + once + seeing;
  }, 0);
}

/** Multiply-adds of one run of an embedding, a segment or a Fusion Block on a batch of one; less where they are faster. */
function runWork(graph: GraphSpec | undefined): number {
  if (!graph) return 0;
  const streams = [...graph.inputs, ...graph.outputs].filter(({ name }) => /^h(_a|_v)?$/.test(name));
  const tokens = streams.reduce((sum, { shape }) => sum + extent(shape[1]), 0);
  const width = extent(streams[0]?.shape[2]);
  // The modulation is computed once for all tokens.
  const cond = graph.outputs.find(({ name }) => name === 'cond');
  const text = graph.inputs.find(({ name }) => name === 'text');
  const once = extent(cond?.shape[1]) * extent(text?.shape[1]);
  const perToken = Math.max(0, weightCount(graph) - once);
  // A block of 12 width^2 weights attends with 2 tokens width multiply-adds a token.
  const attention = cond || width === 0 ? 0 : tokens / (6 * width);
  return RUN_TIME[graph.weights] * (once + perToken * tokens * (1 + attention));
}

function weightCount(graph: GraphSpec | undefined): number {
  return graph ? (graph.data?.bytes ?? graph.bytes) / WEIGHT_BYTES[graph.weights] : 0;
}

/** Length of a fixed axis; dynamic ones, the batch, count once. */
function extent(axis: number | string | undefined): number {
  return typeof axis === 'number' ? axis : axis === undefined ? 0 : 1;
}
