/** Plays a sketch: its sound through the browser's audio clock, its picture drawn by that same clock. */
import { drawPicture } from '../../share/sketch.ts';
import type { SketchSound } from '../../share/latent-sound.ts';
import type { PlaybackPosition } from '../../share/playback-position.ts';
import type { SharedPicture } from '../../share/types.ts';

/** Drawn rate and longer side: the waves are smooth between the few frames that were coded. */
const FPS = 25;
const SIDE = 160;

export class SketchPlayback {
  readonly #canvas: HTMLCanvasElement;
  readonly #seconds: number;
  readonly #frames: readonly ImageData[];
  readonly #onEnd: () => void;
  #context: AudioContext | undefined;
  #node: AudioBufferSourceNode | undefined;
  #startedAt = 0;
  #shown = 0;
  #request = 0;

  constructor(canvas: HTMLCanvasElement, picture: SharedPicture | undefined, seconds: number, onEnd: () => void) {
    this.#canvas = canvas;
    this.#seconds = seconds;
    this.#onEnd = onEnd;
    this.#frames = picture ? framesOf(picture, seconds) : [];
    const [first] = this.#frames;
    if (first) {
      canvas.width = first.width;
      canvas.height = first.height;
    }
    this.#draw(0);
  }

  /** Call inside the tap that asks for sound: later, the browser would not let it be heard. */
  unlock(): void {
    this.#context ??= new AudioContext();
    void this.#context.resume();
  }

  /** Plays from the start. Rejects when the browser gives no sound. */
  async play({ samples, sampleRate }: SketchSound): Promise<void> {
    this.stop();
    this.unlock();
    const context = this.#context;
    if (!context) return;
    await context.resume();
    const buffer = context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(Float32Array.from(samples), 0);
    const node = context.createBufferSource();
    node.buffer = buffer;
    node.connect(context.destination);
    // A moment ahead, so that the first samples are not late.
    this.#startedAt = context.currentTime + 0.05;
    node.start(this.#startedAt);
    this.#node = node;
    const tick = () => {
      if (this.#node !== node) return;
      const { sound } = this.moment();
      if (sound >= this.#seconds) {
        this.stop();
        this.#onEnd();
        return;
      }
      this.#draw(Math.max(0, sound));
      this.#request = requestAnimationFrame(tick);
    };
    tick();
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    const node = this.#node;
    this.#node = undefined;
    node?.stop();
    node?.disconnect();
  }

  moment(): PlaybackPosition {
    const context = this.#context;
    const playing = this.#node !== undefined && context !== undefined;
    if (!playing) return { sound: 0, picture: this.#shown, playing: false };
    // What is heard now left the context this long ago.
    const latency = Number.isFinite(context.outputLatency) ? context.outputLatency : 0;
    return { sound: context.currentTime - latency - this.#startedAt, picture: this.#shown, playing: true };
  }

  dispose(): void {
    this.stop();
    void this.#context?.close();
    this.#context = undefined;
  }

  #draw(time: number): void {
    const index = Math.min(this.#frames.length - 1, Math.floor(time * FPS));
    const frame = this.#frames[index];
    // The middle of the frame's time, for that is the moment it was drawn for.
    this.#shown = frame ? (index + 0.5) / FPS : time;
    if (frame) this.#canvas.getContext('2d')?.putImageData(frame, 0, 0);
  }
}

function framesOf(picture: SharedPicture, seconds: number): ImageData[] {
  const scale = SIDE / Math.max(picture.width, picture.height);
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const count = Math.max(1, Math.ceil(seconds * FPS));
  const rgb = drawPicture(picture, count, width, height);
  return Array.from({ length: count }, (_, frame) => {
    const image = new ImageData(width, height);
    const from = frame * width * height * 3;
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let c = 0; c < 3; c++) image.data[pixel * 4 + c] = rgb[from + pixel * 3 + c] ?? 0;
      image.data[pixel * 4 + 3] = 255;
    }
    return image;
  });
}
