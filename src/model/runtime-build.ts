/**
 * Which build of ONNX Runtime a backend runs on: the smallest that serves it. The processor needs none of what drives a GPU,
 * and runs the same networks twice as fast without it. Pure.
 */
import type { Program } from './bytes-to-fetch.ts';

export type RuntimeBuild = 'plain' | 'jspi' | 'asyncify';

/**
 * For a GPU, WebAssembly has to wait for promises: browsers do that by themselves (JSPI), or else a larger and slower build
 * does.
 */
export function runtimeBuild(backend: 'webgpu' | 'wasm', webAssembly: object = WebAssembly): RuntimeBuild {
  if (backend === 'wasm') return 'plain';
  return 'Suspending' in webAssembly ? 'jspi' : 'asyncify';
}

/** The large programs that are used with a backend: all but the other builds of ONNX Runtime. */
export function programsFor(
  backend: 'webgpu' | 'wasm',
  programs: readonly Program[],
  webAssembly?: object,
): readonly Program[] {
  const build = runtimeBuild(backend, webAssembly);
  return programs.filter(({ file }) => (buildOf(file) ?? build) === build);
}

/** Whether a program is a build of ONNX Runtime. */
export function isRuntime({ file }: Program): boolean {
  return buildOf(file) !== undefined;
}

function buildOf(file: string): RuntimeBuild | undefined {
  const [found, name] = /ort-wasm-simd-threaded(?:\.(jspi|asyncify))?-/.exec(file) ?? [];
  if (found === undefined) return undefined;
  return name === 'jspi' || name === 'asyncify' ? name : 'plain';
}
