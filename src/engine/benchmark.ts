/**
 * How fast this device runs the kind of network a pack holds, found out before any pack is there: one segment of the
 * shipped size, made by the same exporter as the packs, runs for about two seconds on the backend that would be used.
 */
import { AppError } from '../errors.ts';
import type { Capability } from '../model/capability.ts';
import type { Notice } from '../notices.ts';
import { checkpoint } from './checkpoint.ts';
import { backendsToTry, gpuFailed } from './loader.ts';
import type { Backend, BenchmarkRequest, DeviceSpeed } from './protocol.ts';

/** The network of the benchmark on one backend. */
export interface BenchmarkNetwork {
  /** Runs it `passes` times in a row, each on the output of the one before, and waits for the last output. */
  run(passes: number): Promise<void>;
  release(): Promise<void>;
}

/** What the benchmark needs of the outside; the worker gives the real ones, tests their own. */
export interface BenchmarkDeps {
  probeCapability(): Promise<Capability>;
  openBenchmark(backend: Backend): Promise<BenchmarkNetwork>;
  /** Threads of the WASM backend. */
  readonly wasmThreads: number;
  /** Seconds on any clock. */
  readonly now: () => number;
}

/**
 * Multiply-adds of one pass of segment.onnx: two blocks of width 192 over 128 tokens, 128 * 12 * 192^2 in the layers and
 * 2 * 128^2 * 192 in the attention of each.
 */
export const BENCHMARK_MULTIPLY_ADDS = 125_829_120;

/** Seconds of computing after which no further run is begun. */
const BUDGET = 1.8;
/** Seconds until WASM code has been optimised, shaders compiled and processors have woken up; runs in them do not count. */
const WARM_UP = 0.9;
/** Seconds a run should last: long against the waiting for its output, short against a cancel. */
const RUN_SECONDS = 0.1;
/** About as many passes as the networks make before a step waits for their output. */
const MOST_PASSES = 12;

const ANY_GPU = { largestBuffer: 0, features: [] };

/** Throws AppError; `cancelled` within one run after the signal is aborted. */
export async function runBenchmark(
  deps: BenchmarkDeps,
  request: BenchmarkRequest,
  signal: AbortSignal,
): Promise<DeviceSpeed> {
  const notices: Notice[] = [];
  const capability = await deps.probeCapability();
  const requires = request.requires ?? ANY_GPU;
  for (const backend of backendsToTry(request.backend, capability, { requires }, notices)) {
    try {
      const measured = await measure(deps, backend, signal);
      return { backend, threads: deps.wasmThreads, notices, ...measured };
    } catch (error) {
      const failure = AppError.from(error);
      const next = request.backend === 'auto' && backend === 'webgpu';
      if (!next || failure.code === 'cancelled') throw failure;
      notices.push(gpuFailed(failure));
    }
  }
  throw new AppError('no-backend', 'No backend of this browser can run the model.', 'Try another browser.');
}

async function measure(deps: BenchmarkDeps, backend: Backend, signal: AbortSignal) {
  await checkpoint(signal);
  const network = await deps.openBenchmark(backend);
  try {
    const start = deps.now();
    const time = async (passes: number) => {
      await checkpoint(signal);
      const begin = deps.now();
      await network.run(passes);
      return deps.now() - begin;
    };
    await time(1);
    let fastest = await time(1);
    while (deps.now() - start < WARM_UP) fastest = Math.min(fastest, await time(1));
    const passes = Math.max(1, Math.min(MOST_PASSES, Math.floor(RUN_SECONDS / Math.max(fastest, 1e-6))));
    const perPass: number[] = [];
    do perPass.push((await time(passes)) / passes);
    while (deps.now() - start < BUDGET);
    const gflops = (2 * BENCHMARK_MULTIPLY_ADDS) / lowerQuartile(perPass) / 1e9;
    return { gflops, seconds: deps.now() - start };
  } finally {
    await network.release();
  }
}

/**
 * A time that a quarter of the runs do not exceed: what slows runs down at the start of a page (code that is still being
 * optimised, the page's own loading) is over by the time of a generation, and nothing makes a run too fast.
 */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 4)] ?? NaN;
}
