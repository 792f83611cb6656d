import { expect, test } from 'vitest';
import { isRuntime, programsFor, runtimeBuild } from './runtime-build.ts';

const withJspi = { Suspending: class {} };
const without = {};
const programs = [
  'assets/ffmpeg-core-AbC.wasm',
  'assets/ort-wasm-simd-threaded-x1-Y.wasm',
  'assets/ort-wasm-simd-threaded.jspi-x2.wasm',
  'assets/ort-wasm-simd-threaded.asyncify-x3.wasm',
].map((file) => ({ file, bytes: 1 }));

test.each([
  ['wasm', withJspi, 'plain', 1],
  ['wasm', without, 'plain', 1],
  ['webgpu', withJspi, 'jspi', 2],
  ['webgpu', without, 'asyncify', 3],
] as const)('%s: the smallest build that serves it, and no other one', (backend, webAssembly, build, index) => {
  expect(runtimeBuild(backend, webAssembly)).toBe(build);
  expect(programsFor(backend, programs, webAssembly)).toEqual([programs[0], programs[index]]);
});

test('a runtime is told from other programs', () => {
  expect(programs.map(isRuntime)).toEqual([false, true, true, true]);
});
