/** Looks through pictures with the eyes, in a worker of its own that lives as long as the question: see eyes-client.ts. */
import { readBytes } from '../dsp/frames.ts';
import { AppError } from '../errors.ts';
import type { Sight } from '../model/eyes.ts';
import { loadEyes } from '../model/eyes-files.ts';
import type { GraphSpec } from '../model/manifest.ts';
import type { EyesReply, EyesRequest } from './eyes-client.ts';
import { lookAt } from './eyes-look.ts';
import { runtimeFailure } from './failures.ts';
import { openRuntime } from './ort.ts';
import { sessionOptions } from './sessions.ts';

self.onmessage = ({ data }: MessageEvent<EyesRequest>) => {
  look(data).then(
    (sight) => reply({ sight }, [sight.logits.buffer]),
    (error: unknown) => reply({ error: runtimeFailure(error, 'looking at the picture').toData() }),
  );
};

function reply(message: EyesReply, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function look({ folder, backend, rgb, size, times, aspect }: EyesRequest): Promise<Sight> {
  const { signal } = new AbortController();
  const [{ manifest, graph, groups }, { createSession, Tensor }] = await Promise.all([
    loadEyes(folder, { signal }),
    // The build that the page has fetched for its model serves here, too, on the processor.
    openRuntime(backend),
  ]);
  const { classes, side } = manifest;
  const spec: GraphSpec = { ...manifest.graph, weights: 'q8', inputs: [], outputs: [] };
  const bytes = new Map([[manifest.graph.file, graph]]);
  const session = await createSession(spec, sessionOptions({ backend: 'wasm' }, false), bytes);
  const logits = new Float32Array(times.length * classes);
  const stride = size * size * 3;
  for (const k of times.keys()) {
    const pixels = lookAt(await readBytes(rgb, k * stride, (k + 1) * stride), size, aspect, side);
    const made = await session.run({ pixels: new Tensor('float32', pixels, [1, side, side, 3]) });
    const found = made['logits']?.data;
    if (!(found instanceof Float32Array) || found.length !== classes) {
      throw new AppError('pack-invalid', 'The eyes do not say what their manifest promises.', 'Reload the page.');
    }
    logits.set(found, k * classes);
  }
  return { times, logits, groups, rule: manifest };
}
