/** The inference worker: host.ts with the browser's ONNX Runtime. */
import { probeCapability } from '../model/capability.ts';
import { readPackIndex, readVariant } from '../model/pack-index.ts';
import { loadPack } from '../model/pack.ts';
import { openBenchmarkNetwork } from './benchmark-network.ts';
import { createHost } from './host.ts';
import { openRuntime, wasmThreads } from './ort.ts';
import type { EngineCommand } from './protocol.ts';
import { createOrtRunner } from './sessions.ts';

const receive = createHost(
  {
    readPackIndex,
    readVariant,
    loadPack,
    probeCapability,
    async createRunner({ pack, graphs, backend, signal, onSession, strictPlacement, maxBufferBytes }) {
      const runtime = await openRuntime(backend);
      let isDeviceLost = () => false;
      const runner = await createOrtRunner({
        manifest: pack.manifest,
        graphs,
        backend,
        createSession: runtime.sessionsFrom(pack.files),
        Tensor: runtime.Tensor,
        signal,
        onSession,
        strictPlacement,
        maxBufferBytes,
        isDeviceLost: () => isDeviceLost(),
      });
      if (backend === 'webgpu') isDeviceLost = await runtime.watchDevice();
      return runner;
    },
    async openBenchmark(backend) {
      const { benchmarkSession, Tensor } = await openRuntime(backend);
      return openBenchmarkNetwork({ backend, createSession: benchmarkSession, Tensor });
    },
    wasmThreads: wasmThreads(),
    now: () => performance.now() / 1000,
  },
  (reply, transfer) => self.postMessage(reply, { transfer }),
);

self.onmessage = (event: MessageEvent<EngineCommand>) => receive(event.data);
