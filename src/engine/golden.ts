/**
 * The golden check: known inputs through the loaded graphs must give known outputs. Some GPUs and drivers compute garbage
 * without any error; this is where that shows.
 */
import { AppError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import { checkpoint } from './checkpoint.ts';
import { TensorScope, type GraphRunner } from './runner.ts';

type GoldenArray = Manifest['golden']['cases'][number]['inputs'][string];

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Added to the scale of a case, so that outputs near zero are not compared by their rounding errors. */
const SCALE_FLOOR = 1e-3;

/**
 * @param bytes the golden file
 * @param onCase called after each case with the number done
 * @throws AppError `golden-failed` naming the first graph that is off
 */
export async function checkGolden(
  runner: GraphRunner,
  { cases, tolerance }: Pick<Manifest['golden'], 'cases' | 'tolerance'>,
  bytes: Uint8Array,
  signal: AbortSignal,
  onCase?: (done: number) => void,
): Promise<void> {
  const arrayOf = ({ shape, offset, stride = 1 }: GoldenArray) => {
    const count = Math.ceil(sizeOf(shape) / stride);
    const end = (offset + count) * 4;
    if (end > bytes.length) throw new AppError('pack-invalid', 'The golden file is shorter than the manifest says.');
    return new Float32Array(bytes.slice(offset * 4, end).buffer);
  };
  for (const [index, { graph, inputs, outputs }] of cases.entries()) {
    await checkpoint(signal);
    await TensorScope.during(async (scope) => {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, spec]) => [name, scope.own(runner.tensor(arrayOf(spec), spec.shape))]),
      );
      const got = scope.ownAll(await runner.run(graph, feeds));
      for (const [name, spec] of Object.entries(outputs)) {
        const off = await deviation(got[name]?.read(), arrayOf(spec), spec);
        // Written so that NaN fails too.
        if (!(off <= tolerance)) throw goldenFailure(runner.backend, graph, name, off, tolerance);
      }
    });
    onCase?.(index + 1);
  }
}

/** max |got - expected| / (floor + max |expected|); NaN if anything is not a number, Infinity if the sizes differ. */
async function deviation(
  reading: Promise<Float32Array> | undefined,
  expected: Float32Array,
  { shape, stride = 1 }: GoldenArray,
): Promise<number> {
  const got = await reading;
  if (got?.length !== sizeOf(shape)) return Infinity;
  let scale = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const want = expected[i] ?? NaN;
    const off = Math.abs((got[i * stride] ?? NaN) - want);
    scale = Math.max(scale, Math.abs(want));
    if (!(off <= worst)) worst = off;
    if (Number.isNaN(worst)) return NaN;
  }
  return worst / (SCALE_FLOOR + scale);
}

function goldenFailure(backend: string, graph: string, output: string, off: number, tolerance: number): AppError {
  return new AppError(
    'golden-failed',
    `The model computes wrong numbers on this device (${backend}, ${graph}.${output}: off by ${off.toPrecision(2)}, allowed ${tolerance}).`,
    'Try another browser, or update the graphics driver.',
  );
}
