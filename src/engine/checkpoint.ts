import { throwIfAborted } from '../errors.ts';

/**
 * Lets waiting messages in, then throws `cancelled` if the signal is aborted. Needed because awaiting ONNX Runtime on the
 * WASM backend never leaves the microtask queue: without it a cancel message would arrive only after the whole run. A
 * message channel, unlike a timer, is not delayed by the browser.
 */
export async function checkpoint(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
  throwIfAborted(signal);
}
