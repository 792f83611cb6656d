/** The engine's surroundings in Node: a pack's files from a folder, ONNX Runtime on the processor. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { probeCapability } from '../../model/capability.ts';
import { readPackIndex, readVariant } from '../../model/pack-index.ts';
import { loadPack } from '../../model/pack.ts';
import type { LoaderDeps } from '../loader.ts';
import { createOrtRunner } from '../sessions.ts';

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
    createRunner: ({ pack, graphs, backend, signal, onSession }) =>
      createOrtRunner({
        manifest: pack.manifest,
        graphs,
        backend,
        // Node finds the external data beside the graph.
        createSession: (graph, options) => ort.InferenceSession.create(join(folder, graph.file), options),
        Tensor: ort.Tensor,
        signal,
        onSession,
        cpuProvider: 'cpu',
      }),
  };
}
