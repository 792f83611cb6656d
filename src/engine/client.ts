/**
 * The engine as the app sees it: calls become messages to the worker. A cancelled call first asks the worker to stop; a
 * worker that does not answer in time, or that crashed, is ended, and the next call starts a new one with the same pack.
 */
import { buffersOf } from '../dsp/frames.ts';
import { AppError, cancelled, throwIfAborted } from '../errors.ts';
import { isMoreOf } from './same-pack.ts';
import type {
  Engine,
  EngineCommand,
  EngineInfo,
  EngineProgress,
  EngineReply,
  GenerateResult,
  LoadRequest,
  Transcoder,
} from './protocol.ts';

/** The part of Worker that is used; replaced in tests. */
export interface WorkerLike {
  postMessage(command: EngineCommand, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<EngineReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

export interface EngineOptions {
  readonly spawn?: () => WorkerLike;
  /** Milliseconds a worker has to answer a cancel before it is ended. */
  readonly cancelGrace?: number;
}

type Done = Extract<
  EngineReply,
  { readonly type: 'loaded' | 'generated' | 'timingRead' | 'benchmarked' | 'decoded' | 'encoded' }
>;
type Order = Extract<
  EngineCommand,
  { readonly type: 'load' | 'generate' | 'readTiming' | 'benchmark' | 'decode' | 'encodeSound' }
>;
type Call = Order extends infer O ? (O extends Order ? Omit<O, 'id'> : never) : never;

interface Pending {
  readonly onProgress: (progress: EngineProgress) => void;
  readonly resolve: (reply: Done) => void;
  readonly reject: (error: AppError) => void;
  readonly signal: AbortSignal;
}

const CANCEL_GRACE = 3000;
/**
 * Failures after which only a new worker is sure to work again: it alone gives memory and devices back, and nobody knows
 * what state an unforeseen failure left.
 */
const FATAL = new Set(['device-lost', 'out-of-memory', 'engine-crashed', 'internal']);

/** Starts nothing yet: the worker begins with the first call. */
export function createEngine({ spawn = spawnWorker, cancelGrace = CANCEL_GRACE }: EngineOptions = {}): Engine &
  Transcoder {
  let worker: WorkerLike | undefined;
  /** The last pack that was loaded; it is loaded again after a restart. */
  let pack: LoadRequest | undefined;
  /** Whether the present worker has it. */
  let ready = false;
  let nextId = 1;
  let disposed = false;
  const pending = new Map<number, Pending>();

  function start(): WorkerLike {
    const started = spawn();
    started.onmessage = ({ data }) => {
      // What an ended worker still had in the mail is no longer of interest.
      if (started === worker) receive(data);
    };
    started.onerror = (event) => {
      if (started === worker) crash(event.message || 'it could not be started');
    };
    started.onmessageerror = () => {
      if (started === worker) crash('its answer could not be read');
    };
    return started;
  }

  function receive(reply: EngineReply): void {
    const call = pending.get(reply.id);
    if (!call) return;
    if (reply.type === 'progress') {
      if (!call.signal.aborted) call.onProgress(reply.progress);
      return;
    }
    pending.delete(reply.id);
    if (reply.type !== 'failed') return call.resolve(reply);
    const error = AppError.fromData(reply.error);
    if (FATAL.has(error.code)) stop(error);
    call.reject(error);
  }

  function crash(why: string): void {
    stop(new AppError('engine-crashed', `The model stopped working: ${why}.`, 'Try again: it is loaded anew.'));
  }

  /** Ends the worker; whoever still waits gets `error`, or `cancelled` if that was asked for. */
  function stop(error: AppError): void {
    worker?.terminate();
    worker = undefined;
    ready = false;
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(call.signal.aborted ? cancelled() : error);
  }

  function call(
    signal: AbortSignal,
    command: Call,
    onProgress: Pending['onProgress'],
    transfer: Transferable[] = [],
  ): Promise<Done> {
    if (disposed) return Promise.reject(new AppError('internal', 'The engine was shut down.', 'Reload the page.'));
    return new Promise<Done>((resolve, reject) => {
      throwIfAborted(signal);
      const id = nextId++;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const onAbort = () => {
        worker?.postMessage({ id: nextId++, type: 'cancel', target: id }, []);
        timer = setTimeout(() => {
          if (pending.has(id)) crash('it did not stop when it was asked to');
        }, cancelGrace);
      };
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      pending.set(id, {
        signal,
        onProgress,
        resolve: (reply) => {
          settle();
          // An answer that crossed the cancel on its way: the caller no longer expects it.
          if (signal.aborted) reject(cancelled());
          else resolve(reply);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      try {
        worker ??= start();
        worker.postMessage({ ...command, id }, transfer);
      } catch (error) {
        pending.delete(id);
        settle();
        reject(AppError.from(error));
      }
    });
  }

  async function load(
    signal: AbortSignal,
    request: LoadRequest,
    onProgress: (progress: EngineProgress) => void,
  ): Promise<EngineInfo> {
    // The worker drops its pack as soon as it begins to load another one; more of the same one leaves it usable.
    if (!pack || !isMoreOf({ request: pack }, request)) ready = false;
    const reply = await call(signal, { type: 'load', request }, onProgress);
    if (reply.type !== 'loaded') throw new AppError('internal', 'The engine gave the answer of another call.');
    pack = request;
    ready = true;
    return reply.info;
  }

  /** Loads the pack again after the worker was ended. */
  async function revive(signal: AbortSignal, onProgress: (progress: EngineProgress) => void = () => undefined) {
    if (!pack) throw new AppError('internal', 'The model is not loaded.', 'Reload the page.');
    await load(signal, pack, onProgress);
  }

  return {
    load,
    async generate(signal, request, onProgress): Promise<GenerateResult> {
      if (!ready) await revive(signal, onProgress);
      const given = request.task === 'v2a' ? buffersOf(request.rgb) : [request.samples.buffer];
      const reply = await call(signal, { type: 'generate', request }, onProgress, given);
      if (reply.type !== 'generated') throw new AppError('internal', 'The engine gave the answer of another call.');
      return reply.result;
    },
    async readTiming(signal, request, onProgress = () => undefined) {
      if (!ready) await revive(signal, onProgress);
      const reply = await call(signal, { type: 'readTiming', request }, onProgress);
      if (reply.type !== 'timingRead') throw new AppError('internal', 'The engine gave the answer of another call.');
      return reply.track;
    },
    async benchmark(signal, request = { backend: 'auto' }) {
      const reply = await call(signal, { type: 'benchmark', request }, () => undefined);
      if (reply.type !== 'benchmarked') throw new AppError('internal', 'The engine gave the answer of another call.');
      return reply.speed;
    },
    async decodeLatents(signal, request) {
      if (!ready) await revive(signal);
      const reply = await call(signal, { type: 'decode', request }, () => undefined);
      if (reply.type !== 'decoded') throw new AppError('internal', 'The engine gave the answer of another call.');
      return reply.result;
    },
    async encodeSound(signal, samples) {
      if (!ready) await revive(signal);
      const reply = await call(signal, { type: 'encodeSound', samples }, () => undefined);
      if (reply.type !== 'encoded') throw new AppError('internal', 'The engine gave the answer of another call.');
      return reply.latents;
    },
    dispose() {
      disposed = true;
      stop(new AppError('cancelled', 'The engine was shut down.'));
    },
  };
}

function spawnWorker(): WorkerLike {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' });
}
