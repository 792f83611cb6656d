/** The engine's surroundings in Node: a pack's files from a folder, ONNX Runtime on the processor. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { probeCapability } from '../../model/capability.ts';
import { noChecks } from '../../model/checks.ts';
import { readPackIndex, readVariant } from '../../model/pack-index.ts';
import { loadPack } from '../../model/pack.ts';
import type { LoaderDeps } from '../loader.ts';
import { createOrtRunner, type OrtRunner } from '../sessions.ts';

/** @param folder of the pack; the address that it is loaded from may be any */
export function nodeLoaderDeps(folder: string): LoaderDeps {
  const fetch = async (url: string) => {
    const path = join(folder, url.slice(url.lastIndexOf('/') + 1));
    return existsSync(path) ? new Response(await readFile(path)) : new Response('', { status: 404 });
  };
  return {
    readPackIndex: (packUrl, options) => readPackIndex(packUrl, { ...options, fetch }),
    readVariant: (packUrl, variant, options) => readVariant(packUrl, variant, { ...options, fetch }),
    loadPack: (packUrl, known, options) => loadPack(packUrl, known, { ...options, fetch, storage: null }),
    probeCapability: () => probeCapability({}, false),
    checks: noChecks,
    async createRunner({ manifest, graphs, onto, backend, signal, onSession }) {
      const runner =
        (onto as OrtRunner | undefined) ??
        createOrtRunner({
          manifest,
          backend,
          // Node finds the external data beside the graph.
          createSession: (graph, options) => ort.InferenceSession.create(join(folder, graph.file), options),
          Tensor: ort.Tensor,
          cpuProvider: 'cpu',
        });
      await runner.add(graphs, { signal, onSession });
      return runner;
    },
  };
}
