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

/**
 * @param folders of the pack, and of another that has what it has in common with that one; the address that it is loaded
 *   from may be any
 */
export function nodeLoaderDeps(...folders: readonly string[]): LoaderDeps {
  const pathOf = (file: string) => folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
  const fetch = async (url: string) => {
    const path = pathOf(url.slice(url.lastIndexOf('/') + 1));
    return path === undefined ? new Response('', { status: 404 }) : new Response(await readFile(path));
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
          createSession: (graph, options) => ort.InferenceSession.create(pathOf(graph.file) ?? graph.file, options),
          Tensor: ort.Tensor,
          cpuProvider: 'cpu',
        });
      await runner.add(graphs, { signal, onSession });
      return runner;
    },
  };
}
