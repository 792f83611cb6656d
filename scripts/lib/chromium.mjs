/** Where Chromium is, and the switches with which it offers WebGPU without a window. */
import { isExecutable, onPath } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** CHROMIUM_PATH, a Chromium or Chrome on PATH, or undefined. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH is ${named}, which is not an executable file.`);
    return named;
  }
  return NAMES.map((name) => onPath(name)).find(Boolean) ?? ELSEWHERE.find((path) => isExecutable(path));
}

/** As root, in containers, Chromium's own sandbox cannot start. */
export const BASE_ARGS = ['--no-sandbox'];
/** Uses a real GPU if there is one. */
export const GPU_ARGS = [...BASE_ARGS, '--enable-unsafe-webgpu', '--enable-features=Vulkan', '--ignore-gpu-blocklist'];
/** Emulates a GPU on the processor: correct results on any machine, but slow. */
export const SOFTWARE_GPU_ARGS = [...BASE_ARGS, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
