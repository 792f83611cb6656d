/**
 * ONNX Runtime in the browser does one thing at a time: a second `create`, `run` or `release` beside a first one hangs or
 * corrupts it. All of them go through one of these.
 */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs `task` after all earlier ones, whether those succeeded or not. */
  add<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(task);
    // The caller gets the rejection; the chain only needs to know that the task is over.
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
