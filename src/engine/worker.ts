/** The inference worker: host.ts with the browser's ONNX Runtime. */
import { probeCapability } from '../model/capability.ts';
import { browserChecks } from '../model/checks.ts';
import { readPackIndex, readVariant } from '../model/pack-index.ts';
import { loadPack } from '../model/pack.ts';
import { openBenchmarkNetwork } from './benchmark-network.ts';
import { createHost } from './host.ts';
import { openRuntime, wasmThreads } from './ort.ts';
import type { EngineCommand } from './protocol.ts';
import { createOrtRunner, type OrtRunner } from './sessions.ts';

/** Runners that can be given more graphs. */
const runners = new WeakMap<object, OrtRunner>();

const receive = createHost(
  {
    readPackIndex,
    readVariant,
    loadPack,
    probeCapability,
    checks: browserChecks,
    async createRunner({ manifest, graphs, file, onto, backend, signal, onSession, strictPlacement, maxBufferBytes }) {
      const more = { file, signal, onSession };
      const known = onto && runners.get(onto);
      if (known) {
        await known.add(graphs, more);
        return known;
      }
      const { createSession, Tensor, watchDevice } = await openRuntime(backend);
      let isDeviceLost = () => false;
      const options = { manifest, backend, createSession, Tensor, strictPlacement, maxBufferBytes };
      const runner = createOrtRunner({ ...options, isDeviceLost: () => isDeviceLost() });
      await runner.add(graphs, more);
      if (backend === 'webgpu') isDeviceLost = await watchDevice();
      runners.set(runner, runner);
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
